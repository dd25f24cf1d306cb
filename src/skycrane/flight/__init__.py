"""The landing itself: equations of motion, events, phases, and `fly`."""
