from pages.parts.frame import page

with page("Not there yet") as screen:
    screen.say("Not there yet")
