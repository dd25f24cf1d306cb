"""How to get there: attitude by thrusters, attitude and thrust by engines."""
