"""Random models for mean_field.py, each drawn from its number alone, and their scenario files."""

from dataclasses import dataclass, field

import numpy as np

CYCLE = 28
KINDS = [
    "plain",
    "kinetics",
    "crowding of death",
    "crowding of division",
    "mutation",
    "requires",
    "induced",
    "two switches",
]


@dataclass
class Trait:
    name: str
    per_division: float = 0.0
    gained: float = 0.0
    lost: float = 0.0
    # Drug by its position and the rate under it.
    under: tuple | None = None
    division_factor: float = 1.0
    death_added: float = 0.0
    requires: int | None = None
    # By drug: share of the kill that is lost, and what multiplies the concentration of half effect.
    resists: list = field(default_factory=list)


@dataclass
class Drug:
    name: str
    kill: float
    days: list
    lasting: float | None = None
    half_life: float = 0.0
    ec50: float = 0.0
    hill: float = 1.0


@dataclass
class Model:
    number: int
    burden: float
    division: float
    death: float
    capacity: float | None
    acts_on: str | None
    traits: list
    drugs: list
    # Cells on day 0 by trait set; the traits of a set are its bits.
    clones: dict
    cycles: int
    step: int

    @property
    def days(self):
        return self.cycles * CYCLE

    @property
    def kinds(self):
        switching = [trait for trait in self.traits if trait.gained > 0 or trait.under]
        kinds = {
            "kinetics": any(drug.lasting is None for drug in self.drugs),
            "crowding of death": self.acts_on == "death",
            "crowding of division": self.acts_on == "division",
            "mutation": any(trait.per_division > 0 for trait in self.traits),
            "requires": any(trait.requires is not None for trait in self.traits),
            "induced": any(trait.under for trait in self.traits),
            "two switches": len(switching) > 1,
        }
        return [kind for kind in KINDS if kinds.get(kind)] or ["plain"]


def log_uniform(rng, low, high):
    """Three digits, as somebody would write them, so that the file and the equations have the same number."""
    return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.2e}")


def uniform(rng, low, high):
    return float(f"{rng.uniform(low, high):.3f}")


def draw_drug(rng, place):
    days = sorted(int(day) for day in rng.choice(np.arange(1, CYCLE + 1), rng.integers(1, 5), replace=False))
    drug = Drug(f"drug{place + 1}", 0.0, days)
    if rng.random() < 0.6:
        drug.lasting = float(rng.choice([0.5, 1, 2, 3, 7, 14, 28]))
    else:
        drug.half_life, drug.ec50 = log_uniform(rng, 0.1, 20.0), log_uniform(rng, 0.05, 2.0)
        drug.hill = float(rng.choice([1, 1, 2, 0.7, 3]))
    # On average over a cycle it must not kill so much that nobody is left to be counted.
    share = min(1.0, len(days) * (drug.lasting or 2.0 * drug.half_life) / CYCLE)
    drug.kill = float(f"{min(3.0, log_uniform(rng, 0.005, 0.1) / share):.4f}")
    return drug


def draw_trait(rng, place, drugs):
    trait = Trait("ABCD"[place])
    if rng.random() < 0.35:
        trait.per_division = log_uniform(rng, 1e-6, 0.1)
    else:
        trait.gained = log_uniform(rng, 1e-6, 1.0)
        trait.lost = log_uniform(rng, 1e-6, 1.0) if rng.random() < 0.7 else 0.0
        if drugs and rng.random() < 0.2:
            trait.under = (int(rng.integers(len(drugs))), log_uniform(rng, 1e-5, 1.0))
    if rng.random() < 0.5:
        trait.division_factor = uniform(rng, 0.2, 1.0)
    if rng.random() < 0.3:
        trait.death_added = log_uniform(rng, 1e-3, 0.3)
    if place > 0 and rng.random() < 0.2:
        trait.requires = int(rng.integers(place))
    for drug in drugs:
        share = uniform(rng, 0.0, 1.0) if rng.random() < 0.8 else 0.0
        ec50 = log_uniform(rng, 0.3, 10.0) if drug.lasting is None and rng.random() < 0.3 else 1.0
        trait.resists.append((share, ec50))
    return trait


def draw_model(number):
    rng = np.random.default_rng(number)
    cycles = int(rng.choice([1, 3, 6]))
    division = uniform(rng, 0.02, 0.4)
    # A tumour of more than 1e15 cells stops: without crowding it may only grow so much.
    death = max(division * uniform(rng, 0.1, 0.95), division - 3.5 / (cycles * CYCLE))
    acts_on = [None, None, "death", "division"][rng.integers(4)]
    drugs = [draw_drug(rng, place) for place in range(rng.integers(0, 4))]
    traits = [draw_trait(rng, place, drugs) for place in range(rng.integers(1, 5))]
    clones = {}
    if rng.random() < 0.4:
        sets = rng.choice(np.arange(1, 1 << len(traits)), min(2, (1 << len(traits)) - 1), replace=False)
        clones = {int(traits_of): log_uniform(rng, 1e11, 5e12) for traits_of in sets}
    return Model(
        number=number,
        burden=1e14 if acts_on else 1e13,
        division=division,
        death=float(f"{death:.4f}"),
        capacity=log_uniform(rng, 1.1e14, 5e14) if acts_on else None,
        acts_on=acts_on,
        traits=traits,
        drugs=drugs,
        clones=clones,
        cycles=cycles,
        step=int(rng.choice([28, 28, 7])),
    )


def names(model, traits_of):
    return [trait.name for bit, trait in enumerate(model.traits) if traits_of >> bit & 1]


def quoted(words):
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def trait_text(model, trait):
    gained = []
    if trait.per_division:
        gained.append(f"per_division = {trait.per_division}")
    if trait.gained:
        gained.append(f'rate = "{trait.gained} /d"')
    if trait.under:
        gained.append(f'under = {{ {model.drugs[trait.under[0]].name} = "{trait.under[1]} /d" }}')
    lines = [f"[trait.{trait.name}]", f"gained = {{ {', '.join(gained)} }}"]
    if trait.lost:
        lines.append(f'lost = {{ rate = "{trait.lost} /d" }}')
    lines.append(f"division_factor = {trait.division_factor}")
    lines.append(f'death_added = "{trait.death_added} /d"')
    if trait.requires is not None:
        lines.append(f"requires = {quoted([model.traits[trait.requires].name])}")
    for drug, (share, ec50) in zip(model.drugs, trait.resists):
        whole = f"{{ kill = {1 - share:.3f}, ec50 = {ec50} }}" if ec50 != 1.0 else share
        lines.append(f"resists.{drug.name} = {whole}")
    return lines


def drug_text(drug):
    kinetics = f'half_life = "{drug.half_life} d", ec50 = {drug.ec50}, hill = {drug.hill}'
    acts = kinetics if drug.lasting is None else f'for = "{drug.lasting} d"'
    return [f"[drug.{drug.name}]", f'kill = "{drug.kill} /d"', f"acts = {{ {acts} }}"]


def plan_text(model):
    doses = [f'{{ drug = "{drug.name}", days = "{",".join(map(str, drug.days))}" }}' for drug in model.drugs]
    return [
        "[regimen.all]",
        f'cycle = "{CYCLE} d"',
        f"doses = [{', '.join(doses)}]",
        "[[arm]]",
        'name = "all"',
        f'lines = [{{ regimen = "all", cycles = {model.cycles + 1} }}]',
    ]


def scenario(model, tolerance, seed):
    lines = [
        f'name = "model {model.number}"',
        f'study = {{ horizon = "{model.days} d", seed = {seed} }}',
        f'record = {{ every = "{model.step} d", tables = ["trajectories"] }}',
        f'engine = {{ step = "{model.step} d", tolerance = {tolerance} }}',
        "[disease]",
        f"burden = {model.burden}",
        f'division = "{model.division} /d"',
        f'death = "{model.death} /d"',
        f"traits = {quoted(trait.name for trait in model.traits)}",
    ]
    if model.capacity:
        law = f'law = "logistic", cells = {model.capacity}, acts_on = "{model.acts_on}"'
        lines.append(f"capacity = {{ {law} }}")
    for traits_of, cells in model.clones.items():
        lines += ["[[disease.clone]]", f"traits = {quoted(names(model, traits_of))}", f"cells = {cells}"]
    for trait in model.traits:
        lines += trait_text(model, trait)
    for drug in model.drugs:
        lines += drug_text(drug)
    return "\n".join(lines + (plan_text(model) if model.drugs else [])) + "\n"
