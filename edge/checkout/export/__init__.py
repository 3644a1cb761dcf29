"""A day's sales in the forms that other systems read."""
