"""What the numbers say, in sentences: findings for titles, judged changes for cards; pages and documents share them."""
