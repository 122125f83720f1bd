# fmt: off
"""What the clients of the demonstration write beside their answers, in four languages."""

from collections.abc import Mapping

Remarks = Mapping[str, Mapping[str, tuple[str, ...]]]

AFTER_A_CASE: Remarks = {
    "en": {
        "good": (
            "Quick, and no beating about the bush. Thank you.",
            "Solved before the night shift started.",
            "Good that the same person stayed with it to the end.",
            "The data sheet was exactly what our safety officer wanted.",
        ),
        "poor": (
            "We had to ask three times until somebody told us a date.",
            "In the end it was fine, but the line stood for a day.",
            "Every answer came from another person, and each asked the same again.",
        ),
    },
    "pt": {
        "good": (
            "Rápido e sem rodeios. Obrigada.",
            "Resolvido antes do turno da noite.",
            "Foi bom falar sempre com a mesma pessoa.",
            "A ficha técnica veio mesmo a tempo da auditoria.",
        ),
        "poor": (
            "Tivemos de perguntar três vezes até alguém nos dar uma data.",
            "Ficou resolvido, mas a linha esteve um dia parada.",
            "Cada resposta veio de uma pessoa diferente e todas perguntaram o mesmo.",
        ),
    },
    "es": {
        "good": (
            "Rápido y sin rodeos. Gracias.",
            "Resuelto antes del turno de noche.",
            "Se agradece que lo llevara la misma persona hasta el final.",
            "La ficha llegó justo a tiempo para la auditoría.",
        ),
        "poor": (
            "Tuvimos que preguntar tres veces hasta que nos dieron una fecha.",
            "Al final quedó bien, pero la línea estuvo parada un día.",
            "Cada respuesta era de otra persona y todas preguntaban lo mismo.",
        ),
    },
    "it": {
        "good": (
            "Veloci e senza giri di parole. Grazie.",
            "Risolto prima del turno di notte.",
            "Bene che se ne sia occupata sempre la stessa persona.",
            "La scheda tecnica è arrivata giusto in tempo per l'audit.",
        ),
        "poor": (
            "Abbiamo dovuto chiedere tre volte prima di avere una data.",
            "Alla fine è andata bene, ma la linea è rimasta ferma un giorno.",
            "Ogni risposta veniva da una persona diversa, e tutte chiedevano le stesse cose.",
        ),
    },
}

ON_THE_WHOLE: Remarks = {
    "en": {
        "good": ("They know our machines as well as we do.", "One call, and it is on its way."),
        "poor": ("Lately nobody seems to feel responsible.", "Prices are fine; knowing when parts arrive would be better."),
    },
    "pt": {
        "good": ("Conhecem as nossas máquinas tão bem como nós.", "Um telefonema e a peça está a caminho."),
        "poor": ("Ultimamente ninguém parece sentir-se responsável.", "O preço é bom; saber quando chegam as peças seria melhor."),
    },
    "es": {
        "good": ("Conocen nuestras máquinas tan bien como nosotros.", "Una llamada y la pieza está en camino."),
        "poor": ("Últimamente nadie parece sentirse responsable.", "El precio está bien; saber cuándo llegan las piezas estaría mejor."),
    },
    "it": {
        "good": ("Conoscono le nostre macchine quanto noi.", "Una telefonata e il pezzo è in viaggio."),
        "poor": ("Ultimamente nessuno sembra sentirsi responsabile.", "I prezzi vanno bene; sapere quando arrivano i pezzi sarebbe meglio."),
    },
}
