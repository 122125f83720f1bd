# fmt: off
"""The words of the cases that are on the desk today; ages are minutes before now.

The plan of the account makes of them a case overdue by 95 minutes, and one due in 80.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One entry of the talk; `who` is "us" or the beginning of a client's name."""

    who: str
    age: int
    text: str
    note: bool = False
    channel: str = "portal"
    then: str = ""
    file: bool = False


@dataclass(frozen=True)
class Opening:
    """A case as it was opened; the first of the people opened it."""

    subject: str
    ask: str
    people: tuple[str, ...]
    age: int
    category: str
    priority: str
    channel: str = "portal"
    talk: tuple[Line, ...] = ()


DAY = 24 * 60

FRESH = (
    Opening("Retentor do misturador 3 a verter",
        "Bom dia. O retentor do misturador 3 verte desde as 7:00 e temos um balde por baixo. Há um igual em Leixões?",
        ("Rui",), 335, "Product fault", "high"),
    Opening("Guia de remessa sem número de encomenda",
        "A guia de hoje veio sem o número da nossa encomenda e o armazém não dá entrada. Podem reenviar com o número?",
        ("Mariana", "Celeste"), 400, "Documents", "normal", channel="email"),
)

WAITING = Opening("Medidas do veio do pasteurizador",
    "Queremos trocar o acoplamento do pasteurizador na paragem de dezembro. Que folga recomendam?",
    ("Mariana", "Rui"), 2 * DAY + 40, "Technical question", "normal", talk=(
        Line("us", 2 * DAY - 60, "Para recomendar preciso do diâmetro do veio e da rotação. Pode medir nos dois lados e enviar uma fotografia da chapa?", then="waiting"),
    ))

SHARED = Opening("Rolamentos 6204 com folga na linha de enchimento 2",
    "Boa tarde. Os rolamentos do último lote têm folga axial ao fim de dois dias. Já trocámos onze e a linha 2 para duas horas por turno.",
    ("Mariana", "Joaquín", "Assunção"), 9 * DAY, "Product fault", "high", talk=(
        Line("us", 9 * DAY - 35, "Obrigada, Mariana. Reservei 24 rolamentos de outro lote; saem hoje às 18:00 e estão em Estremoz antes do primeiro turno. Guarde três dos que retirou: o laboratório precisa deles."),
        Line("us", 9 * DAY - 50, "Lot L2417 has the wrong clearance class. Two other accounts took it. Do not name the lot before the laboratory report.", note=True),
        Line("Mariana", 8 * DAY, "As peças chegaram às 6:40, obrigada. Seguem as leituras de vibração desta manhã.", file=True),
        Line("Joaquín", 7 * DAY - 120, "Buenos días. En Badajoz montamos el mismo lote el lunes y hoy aparece la misma holgura. ¿Paramos también nuestra línea? Necesito saber si la reposición va a cuenta del pedido original.", channel="email"),
        Line("us", 7 * DAY - 180, "Buenos días, Joaquín. No hace falta parar: cambien los rodamientos en la pausa de la noche. Salen 16 para Badajoz esta tarde y no se facturan."),
        Line("Assunção", 5 * DAY, "Acompanho este caso a partir de hoje. Preciso de saber até sexta-feira se o lote todo é substituído."),
        Line("us", 4 * DAY, "O laboratório confirmou: classe de folga errada. Substituímos o lote completo por nossa conta, em Estremoz e em Badajoz. O relatório segue amanhã."),
        Line("Joaquín", 170, "Recibido. Faltan cuatro de los dieciséis. ¿Pueden confirmar cuándo llegan?", channel="email", then="open"),
        Line("Mariana", 150, "A linha 2 trabalhou a semana toda sem parar. Falta-nos só o relatório para fechar a não conformidade."),
    ))

TWICE = Opening("Holgura en los rodamientos 6204 de Badajoz",
    "Buenos días. Desde esta mañana los 6204 de la línea de Badajoz tienen holgura axial. ¿Saben de algo parecido en otra planta?",
    ("Joaquín",), 7 * DAY, "Product fault", "high", channel="email")
"""The matter of the shared case, reported once more by a colleague who had not seen that one."""
JOINED, WHY_JOINED = 7 * DAY - 45, "El mismo lote que en Estremoz: seguimos aquí."
"""When and why it became part of that one."""
