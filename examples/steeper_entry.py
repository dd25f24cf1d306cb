"""What does a steeper entry cost? The same landing with three entry angles."""

import skycrane as sc

mission = sc.load_mission("mars2020")
angle = mission.value("entry.flight_path_angle_deg")

for steeper_by in (0.0, 0.25, 0.5):
    run = sc.fly(mission.with_changes({"entry.flight_path_angle_deg": angle - steeper_by}))
    peak = float(run.channels["deceleration"].max())
    print(f"entry angle {angle - steeper_by:7.3f} deg: peak {peak:5.2f} g, {run.outcome['outcome']}")
