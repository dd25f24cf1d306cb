"""Light on its way from the Sun to the detector, by path tracing with Mitsuba 3. The only place that imports it."""
