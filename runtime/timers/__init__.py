"""Timers that start instances. Timers inside of instances are jobs of the kernel's making."""
