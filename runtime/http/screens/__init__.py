"""The pages for people: sign-in, inbox, tasks, public forms."""
