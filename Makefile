# Thin aliases of `python3 run.py COMMAND`, for those who have make.
.DEFAULT_GOAL := demo
.PHONY: demo setup test studies

demo setup test studies:
	python3 run.py $@
