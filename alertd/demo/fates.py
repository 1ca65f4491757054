"""Draw the life of a file that is in a given state on the first morning, with what becomes of it on the days after."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from alertd.demo.days import Days
from alertd.demo.life import COUNTER, NO_DAY, ONLINE, POST, REFUSED, STOPPED, WITHDRAWN, Life, Place, Supplement

_LONGEST = 58  # working days late, on the first morning
_SPAN = 62  # working days over which the ended files of the list lie
_ASKING = "H26.S08"  # a unit that asks for papers far more often than others
_LAST_DAYS = 15  # working days before a unit's end in which what it left behind was due


@dataclass(frozen=True)
class Fates:
    """One method per state. ``trouble`` (0 to 1) says how badly a unit, by its code, keeps its promises."""

    rng: random.Random
    days: Days
    trouble: Mapping[str, float]

    def closed(self, place: Place) -> Life:
        """Ended within the last months; mostly in time."""
        days, promised = self.days, place.procedure.days
        end = days.today - 1 - int(_SPAN * self.rng.random())
        late = self._chance(0.015 + 0.12 * self._trouble(place))
        taken = promised + 1 + self._some(2 + 10 * self._trouble(place)) if late else self._part(promised)
        life = self._begun(place, end - taken, evening=False)
        ended = days.late(end) if taken == 0 else days.office(end)
        if not late and taken > 3 and self._chance(0.4 if place.unit == _ASKING else 0.06):
            life = self._supplemented(life, end - taken + 1, end - taken + 2, end - taken + promised + 1)
        life = replace(life, ended=ended, returned=self._returned(life, end, ended))
        chance = self.rng.random()
        if chance < 0.025:
            return replace(life, accepted="", due="", supplements=(), ended=life.accepted, end=REFUSED, returned="")
        if chance < 0.06:
            return replace(life, end=WITHDRAWN if chance < 0.045 else STOPPED, returned="")
        return life

    def in_time(self, place: Place) -> Life:
        """Open, and not yet due; some will be asked for more, some will not be done in time."""
        today, promised = self.days.today, place.procedure.days
        start = today - 1 - int(promised * self.rng.random())
        due = start + promised
        if due <= today + 1 or not self._chance(0.06):
            return self._ending(self._begun(place, start), self._end(place, due))
        asked = today + int(2 * self.rng.random())
        answered = asked + 1 + self._some(4)
        due += answered - asked
        life = self._supplemented(self._begun(place, start, evening=False), asked, answered, due)
        return self._ending(life, max(answered + 1, due - 1))

    def overdue(self, place: Place) -> Life:
        """Open and late: a few days in most units, a long tail in the bad ones."""
        today, trouble = self.days.today, self._trouble(place)
        late = min(1 + self._some(16 if trouble > 0.5 else 2.2), _LONGEST if trouble > 0.5 else 12)
        start = today - late - place.procedure.days
        if place.procedure.days > 4 and self._chance(0.1):
            life = self._begun(place, start - 1, evening=False)
            life = self._supplemented(life, start, start + 1, today - late)
        else:
            life = self._begun(place, start, evening=False)
        if self._chance(0.28):
            life = replace(life, apology=self.days.office(today - late + (0 if self._chance(0.6) else 1)))
        elif self._chance(0.1):
            life = replace(life, apology=self.days.office(today + int(2 * self.rng.random())))
        return self._ending(life, today + self._some(6 + 30 * trouble))

    def waiting(self, place: Place) -> Life:
        """The citizen was asked for a supplement and has not answered; a few were asked after the due day."""
        asked = self.days.today - 1 - min(self._some(3), 12)
        promised = place.procedure.days
        late = self._chance(0.12)
        start = asked - promised - 1 - self._some(2) if late else asked - 1 - self._part(promised - 1)
        answered = self.days.today + self._some(4)
        due = answered + max(2, start + promised - asked)
        life = self._supplemented(self._begun(place, start, evening=False), asked, answered, due)
        return self._ending(life, due - 1 if self._chance(0.8) else due + 2)

    def asked_twice(self, place: Place) -> Life:
        """A second supplement was asked for, or will be on one of the first days."""
        today = self.days.today
        second = today - 5 + int(7 * self.rng.random())
        start = second - 6 - self._some(3)
        due = start + place.procedure.days + 3
        life = self._supplemented(self._begun(place, start, evening=False), start + 1, start + 4, due)
        answered = max(second + 1, today - 1) + self._some(3)
        life = self._supplemented(life, second, answered, max(answered + 4, due + answered - second))
        return self._ending(life, answered + 3 + self._some(2))

    def without_due_date(self, place: Place) -> Life:
        start = self.days.today - 2 - self._some(6)
        life = replace(self._begun(place, start, evening=False), due=NO_DAY if self._chance(0.3) else "")
        return self._ending(life, self.days.today + self._some(8))

    def not_accepted(self, place: Place) -> Life:
        """Filed online, and nobody has taken it in for more than a working day."""
        start = self.days.today - 2 - min(self._some(1.4), 6)
        accepted = self.days.today + self._some(1.3)
        due = accepted + place.procedure.days
        life = Life(place, ONLINE, self.days.office(start), self.days.office(accepted), self.days.due(due))
        return self._ending(life, max(accepted + 1, self._end(place, due)))

    def paying(self, place: Place) -> Life:
        """Waiting for the citizen's payment; the clock goes on."""
        life = self.in_time(place)
        if life.supplements:
            return life
        asked = max(life.accepted, self.days.office(self.days.today - 1))
        return replace(life, payment=asked, paid=self.days.office(self.days.today + self._some(2)))

    def left_behind(self, place: Place, until: date) -> Life:
        """Of a unit that ended on the day ``until``, and never finished."""
        due = self.days.number(until) - int(self.rng.random() * _LAST_DAYS)
        life = self._begun(place, due - place.procedure.days, evening=False)
        return self._ending(life, self.days.today + self._some(60))

    def arriving(self, place: Place, number: int) -> Life:
        """Filed on a later day."""
        life = self._begun(place, number)
        return self._ending(life, max(number + 1, self._end(place, number + place.procedure.days)))

    def _begun(self, place: Place, start: int, *, evening: bool = True) -> Life:
        """Filed and taken in on day ``start``; what comes in the evening is taken in on the next day, with one more day."""
        days, chance = self.days, self.rng.random()
        due = days.due(start + place.procedure.days)
        if chance < 0.36:
            moment = days.office(start)
            return Life(place, COUNTER if chance < 0.31 else POST, moment, moment, due)
        if evening and chance > 0.9:
            due = days.due(start + 1 + place.procedure.days)
            return Life(place, ONLINE, days.evening(start), days.office(start + 1), due)
        submitted, accepted = sorted((days.office(start), days.office(start)))
        return Life(place, ONLINE, submitted, accepted, due)

    def _supplemented(self, life: Life, asked: int, answered: int, due: int) -> Life:
        days = self.days
        request = Supplement(days.office(asked), days.late(answered), days.due(due))
        return replace(life, supplements=(*life.supplements, request))

    def _ending(self, life: Life, end: int) -> Life:
        ended = self.days.late(end)
        return replace(life, ended=ended, returned=self._returned(life, end, ended))

    def _returned(self, life: Life, end: int, ended: str) -> str:
        """Online results are handed over with the end or a day later; others are fetched, some never."""
        if life.channel == ONLINE:
            return ended if self._chance(0.3) else self.days.office(end + 1)
        return self.days.office(end + 1 + self._some(1.5)) if self._chance(0.9) else ""

    def _end(self, place: Place, due: int) -> int:
        """When it will be done: on one of the days left, rather the later ones, or too late."""
        today, trouble = self.days.today, self._trouble(place)
        if self._chance(0.14 + 0.3 * trouble):
            return due + 1 + self._some(2 + 12 * trouble)
        return today + int(max(self.rng.random(), self.rng.random()) * (due - today + 1))

    def _trouble(self, place: Place) -> float:
        return self.trouble[place.unit]

    def _part(self, promised: int) -> int:
        """Some of the days promised, rather many than few."""
        least = 0.3 if promised > 1 else 0.0
        return min(promised, int((promised + 1) * (least + (1 - least) * self.rng.random())))

    def _some(self, mean: float) -> int:
        return int(self.rng.expovariate(1 / mean))

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share
