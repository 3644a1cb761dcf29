"""Random shops with random people, rendered with exact visible boxes: pictures to train a person detector on."""
