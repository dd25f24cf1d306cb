"""Sound on Mars: the gas against thermodynamics and what was heard there; sources against closed forms and published levels."""

import numpy as np
import pytest
from scipy import integrate, signal

from skycrane.sound import flow_noise, impulses, jet_noise
from skycrane.sound.carbon_dioxide import Gas
from skycrane.sound.noise import HOP, noise, times_of_blocks

SITE = Gas(740.0, 240.0, 191.2)


def test_the_two_speeds_are_those_of_a_gas_with_and_without_bending() -> None:
    """c = sqrt(gamma R T), heat capacities from counting: 5/2 for what turns, 3/2 for argon, Einstein's function for vibration."""
    x = np.array([960.0, 960.0, 1918.0]) / 240.0
    slow = 0.960 * np.sum(x**2 * np.exp(x) / np.expm1(x) ** 2)
    fast = 2.5 * (1 - 0.0193) + 1.5 * 0.0193
    for heat, speed, frequency in ((fast + slow, SITE.slow_speed, 0.5), (fast, SITE.fast_speed, 2e4)):
        expected = np.sqrt((heat + 1.0) / heat * 191.2 * 240.0)
        assert speed == pytest.approx(expected, rel=1e-9)
        assert SITE.phase_speed(np.array([frequency]))[0] == pytest.approx(expected, rel=2e-4)


def test_two_speeds_of_sound_as_they_were_found_on_mars() -> None:
    """Maurice et al. 2022: some 240 m/s below 240 Hz, some 250 above, about 10 apart; days at the site have 220 to 250 K."""
    for temperature in (220.0, 235.0, 250.0):
        gas = Gas(740.0, temperature, 191.2)
        assert 5.0 < gas.fast_speed - gas.slow_speed < 12.0
    day = Gas(740.0, 232.0, 191.2)
    assert day.slow_speed == pytest.approx(240.0, abs=4.0)
    assert day.fast_speed == pytest.approx(250.0, abs=4.0)
    frequency = np.geomspace(20.0, 5e3, 4001)
    a_wavelength = (
        (SITE.absorption(frequency) - SITE.classical_absorption(frequency)) * SITE.phase_speed(frequency) / frequency
    )
    assert frequency[np.argmax(a_wavelength)] == pytest.approx(240.0, rel=0.01)


def test_absorption_and_dispersion_belong_together() -> None:
    """Kramers and Kronig: 1/c_slow - 1/c_fast = (2/pi) integral of a(w) / w^2 dw, a what relaxation absorbs: nothing comes too early."""
    w = np.geomspace(1e-2, 1e7, 200_001)
    absorbed = SITE.absorption(w / (2 * np.pi)) - SITE.classical_absorption(w / (2 * np.pi))
    total = 2.0 / np.pi * integrate.trapezoid(absorbed / w, np.log(w))
    assert total == pytest.approx(1.0 / SITE.slow_speed - 1.0 / SITE.fast_speed, rel=1e-4)


def test_what_is_high_is_lost_by_friction_as_kirchhoff_reckoned() -> None:
    """Monatomic part by hand, at 273 K: w^2 / (2 rho c^3) (4/3 mu + kappa (1/cv - 1/cp)), which rotation makes larger by less than half."""
    gas = Gas(740.0, 273.15, 191.2)
    cv = 191.2 * (2.5 - 0.0193)
    c = np.sqrt(191.2 * 273.15 * (cv + 191.2) / cv)
    f = 10e3
    kirchhoff = (
        (2 * np.pi * f) ** 2 / (2 * gas.density * c**3) * (4 / 3 * 1.37e-5 + 0.0146 * (1 / cv - 1 / (cv + 191.2)))
    )
    assert 1.0 < gas.classical_absorption(np.array([f]))[0] / kirchhoff < 1.5


def test_thinner_air_relaxes_later() -> None:
    """Collisions are in proportion to the pressure, and so is the frequency at which bending no longer follows."""
    assert Gas(370.0, 240.0, 191.2).relaxation_frequency == pytest.approx(120.0)


def test_a_saturn_v_is_as_loud_as_it_was() -> None:
    """Gee et al. 2022 (JASA 152): sound power level 203 dB re 1 pW, from 33.4 MN; exhaust velocity 2,600 m/s, half a percent."""
    power = jet_noise.acoustic_power(np.array(33.4e6), 2600.0, 0.005)
    assert 10.0 * np.log10(power / 1e-12) == pytest.approx(203.0, abs=1.0)


def test_the_same_source_is_twenty_decibel_quieter_on_mars() -> None:
    """Published: some 20 dB below Earth, for the impedance rho c of the air is a hundredth."""
    far, power = np.array(5.0), np.array(1.0)
    mars = jet_noise.mean_square_pressure(power, far, SITE.density * SITE.slow_speed)
    earth = jet_noise.mean_square_pressure(power, far, 1.225 * 340.3)
    assert 10.0 * np.log10(mars / earth) == pytest.approx(-20.0, abs=1.0)


def test_a_jet_carries_its_thrust() -> None:
    """Momentum through the expanded jet, rho U^2 A with rho U^2 = gamma p M^2, is the thrust."""
    wide = jet_noise.jet_diameter(np.array(1500.0), 718.0, 6.0)
    assert 1.3 * 718.0 * 36.0 * np.pi * wide**2 / 4.0 == pytest.approx(1500.0)


@pytest.mark.parametrize(
    "share",
    [
        lambda f: jet_noise.spectrum(f, np.array(125.0)),
        lambda f: flow_noise.flow_spectrum(f, np.array(85.0), 0.45),
        lambda f: flow_noise.shaking_spectrum(f, 200.0),
        lambda f: flow_noise.wind_spectrum(f, 4.0, 5.0),
    ],
)
def test_a_spectrum_holds_all_of_the_power_once(share) -> None:  # type: ignore[no-untyped-def]
    f = np.geomspace(1e-6, 1e9, 400_001)
    assert integrate.trapezoid(share(f) * f, np.log(f)) == pytest.approx(1.0, rel=2e-4)


def test_the_loudest_octave_of_a_jet_is_where_it_is_said() -> None:
    f = np.geomspace(10.0, 2e3, 20_001)
    assert f[np.argmax(f * jet_noise.spectrum(f, np.array(125.0)))] == pytest.approx(125.0, rel=1e-3)


def test_flow_makes_as_much_pressure_as_was_measured() -> None:
    """Lowson 1968: 0.6 % of the dynamic pressure of slow flow; 0.006 / 1.56 of it at Mach 2."""
    assert flow_noise.flow_pressure(np.array(1000.0), np.array(0.0), 0.006) == pytest.approx(6.0)
    assert flow_noise.flow_pressure(np.array(1000.0), np.array(2.0), 0.006) == pytest.approx(3.846, rel=1e-3)


def test_a_wall_keeps_more_out_in_thin_air() -> None:
    """The mass law by hand: 10 kg/m^2 at 1 kHz and Earth's 415 Pa s/m keep 37.6 dB out, with a hundredth of it 40 dB more."""
    kept = [-10.0 * np.log10(flow_noise.through_wall(np.array(1e3), 10.0, z)) for z in (415.0, 4.15)]
    assert kept[0] == pytest.approx(37.6, abs=0.1)
    assert kept[1] - kept[0] == pytest.approx(40.0, abs=0.1)


def test_noise_has_the_spectrum_that_was_asked_for() -> None:
    """Welch's estimate by SciPy of a minute of noise, against the square of the amplitude, in octaves from 50 Hz to 10 kHz."""
    rate, seconds = 48000, 60
    frequency = np.geomspace(10.0, 24e3, 48)
    amplitude = 1e-2 * (1.0 + (frequency / 300.0) ** 2) ** -0.5
    blocks = len(times_of_blocks(0.0, seconds * rate, rate))
    made = np.concatenate(list(noise(np.tile(amplitude, (blocks, 1)), frequency, rate, np.random.default_rng(3))))
    f, found = signal.welch(made, rate, nperseg=8192)
    for low in 50.0 * 2.0 ** np.arange(8):
        inside = (f >= low) & (f < 2 * low)
        expected = np.mean((1e-2**2) / (1.0 + (f[inside] / 300.0) ** 2))
        assert np.mean(found[inside]) == pytest.approx(expected, rel=0.03), low
    level = np.sqrt(
        np.mean(made.reshape(-1, HOP // 4)[: 4 * (len(made) // HOP)].reshape(-1, 4, HOP // 4) ** 2, axis=(0, 2))
    )
    assert np.ptp(level) / np.mean(level) < 0.02, "the same power in every quarter of a hop: blocks do not show"
    assert np.mean((made / made.std()) ** 4) == pytest.approx(3.0, abs=0.05), "Gaussian"


def test_a_low_wave_fades_and_is_late_as_the_gas_says() -> None:
    """A packet of 80 Hz over 100 m: fades by exp(-a x), its middle is late by x (1/c_group - 1/c_fast); before it there is silence."""
    rate, f, x = 8000, 80.0, 100.0
    t = np.arange(0, 2.0, 1 / rate)
    packet = np.exp(-(((t - 0.6) / 0.1) ** 2)) * np.sin(2 * np.pi * f * t)
    heard = impulses.after_travel(packet, rate, x, SITE)
    envelope = np.abs(signal.hilbert(heard))
    k = np.real(SITE.wavenumber(np.array([f - 1, f + 1])))
    late = x * ((k[1] - k[0]) / (4 * np.pi) - 1 / SITE.fast_speed)
    assert envelope.max() == pytest.approx(np.exp(-SITE.absorption(np.array([f]))[0] * x), rel=0.03)
    assert t[np.argmax(envelope[: len(t)])] - 0.6 == pytest.approx(late, abs=2e-3)
    assert late > 5e-3
    bang = impulses.after_travel(np.r_[1.0, np.zeros(999)], rate, x, SITE)
    every = np.fft.fftfreq(1 << 16, 1.0 / rate)
    left = np.mean(np.exp(-2.0 * SITE.absorption(np.abs(every) + 1e-9) * x))
    assert np.sum(bang**2) == pytest.approx(left, rel=1e-3), (
        "all that the gas lets through comes after the fastest wave, nothing before it"
    )


def test_a_body_that_hits_the_ground_gives_the_share_it_is_to_give() -> None:
    """The energy that goes through half a sphere, integral of p^2 / (rho c) over time and 2 pi r^2, is the share of the body's energy."""
    exposure = impulses.impact_exposure(1e6, 1e-3, 500.0, 3.8)
    made = impulses.with_exposure(impulses.ringing(48000, 30.0, 0.03, np.random.default_rng(1)), 48000, exposure)
    through = np.sum(made**2) / 48000 / 3.8 * 2 * np.pi * 500.0**2
    assert through == pytest.approx(1e3, rel=1e-9)
    assert np.max(np.abs(impulses.ringing(48000, 1500.0, 0.008, np.random.default_rng(2)))) == pytest.approx(1.0)
