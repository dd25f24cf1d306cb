"""Fly the landing of Perseverance and read what happened: events with their reasons, channels with their units."""

import skycrane as sc

run = sc.fly(sc.load_mission("mars2020"))

for event in run.events:
    print(f"E{event.t_s:+8.2f} s  {event.label:40}  {event.because.get('condition', '')}")

deceleration = run.channels["deceleration"]
print(f"peak deceleration {float(deceleration.max()):.2f} g at E+{float(deceleration.idxmax('time')):.1f} s")
print("outcome:", run.outcome["outcome"])
