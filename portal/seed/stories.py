# fmt: off
"""What the invented company and its clients write to each other, in four languages.

A story is a case that could have happened: what the client asks, how the talk goes on, what staff note
among themselves and how it ends. `{item}`, `{n}`, `{order}`, `{site}` and `{code}` are filled in.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One story in one language."""

    subject: str
    ask: str
    staff: tuple[str, ...]
    client: tuple[str, ...]
    end: str


@dataclass(frozen=True)
class Story:
    """One kind of case and how often it happens."""

    category: str
    weight: int
    priorities: tuple[str, ...]
    note: str
    words: dict[str, Words]


ITEMS = {
    "en": ("bearing 6204", "timing belt HTD 8M", "shaft seal NBR", "gear motor R37", "linear guide", "grease EP2"),
    "pt": ("rolamento 6204", "correia dentada HTD 8M", "retentor NBR", "motorredutor R37", "guia linear", "massa EP2"),
    "es": ("rodamiento 6204", "correa dentada HTD 8M", "retén NBR", "motorreductor R37", "guía lineal", "grasa EP2"),
    "it": ("cuscinetto 6204", "cinghia dentata HTD 8M", "paraolio NBR", "motoriduttore R37", "guida lineare", "grasso EP2"),
}
SITES = ("Estremoz", "Badajoz", "Évora", "Monza", "Hull", "Jaén", "Campinas", "Leixões")

STORIES = (
    Story("Product fault", 18, ("normal", "high", "high", "urgent"),
          "Lot {code} has the wrong clearance class. Two other accounts took it. Do not name the lot before the laboratory report.",
          {
        "en": Words("Play in {item} on filling line 2",
            "The {item} from the last delivery develops axial play after two days. We have replaced {n} so far and line 2 stops two hours a shift.",
            ("Thank you for the measurements. I have set {n} pieces of another lot aside; they leave today at 18:00 and reach {site} before the first shift.",
             "The laboratory has your samples. I will write with the finding by Friday noon.",
             "The lot had the wrong clearance class. We are replacing every piece of it at our cost."),
            ("The parts arrived at 6:40, thank you. Does this replacement go on the original order?", "Here are the vibration readings of this morning.", "Line 2 has run all week without a stop."),
            "All pieces of lot {code} are replaced and credited. The laboratory report is attached to your order."),
        "pt": Words("{item} com folga na linha de enchimento 2",
            "Boa tarde. O {item} do último lote tem folga axial ao fim de dois dias. Já trocámos {n} e a linha 2 está parada duas horas por turno.",
            ("Obrigado pelas medições. Reservei {n} peças de outro lote; saem hoje às 18:00 e estão em {site} antes do primeiro turno.",
             "O laboratório já tem as amostras. Escrevo com o resultado até sexta-feira ao meio-dia.",
             "O lote tinha a classe de folga errada. Substituímos todas as peças por nossa conta."),
            ("As peças chegaram às 6:40, obrigada. Esta reposição entra na encomenda original?", "Seguem as leituras de vibração desta manhã.", "A linha 2 trabalhou a semana toda sem parar."),
            "Todas as peças do lote {code} foram substituídas e creditadas. O relatório do laboratório segue com a encomenda."),
        "es": Words("Holgura en {item} de la línea de llenado 2",
            "Buenos días. El {item} de la última entrega coge holgura axial a los dos días. Llevamos {n} cambiados y la línea 2 para dos horas por turno.",
            ("Gracias por las mediciones. He reservado {n} piezas de otro lote; salen hoy a las 18:00 y llegan a {site} antes del primer turno.",
             "El laboratorio ya tiene las muestras. Le escribo con el resultado antes del viernes a mediodía.",
             "El lote tenía la clase de holgura equivocada. Sustituimos todas las piezas a nuestro cargo."),
            ("Han llegado a las 6:40, gracias. ¿El cargo de esta reposición va al pedido original?", "Adjunto las lecturas de vibración de esta mañana.", "La línea 2 lleva toda la semana sin parar."),
            "Todas las piezas del lote {code} están sustituidas y abonadas. El informe del laboratorio va con el pedido."),
        "it": Words("Gioco anomalo su {item}, linea di riempimento 2",
            "Buongiorno. Il {item} dell'ultima consegna prende gioco assiale dopo due giorni. Ne abbiamo già cambiati {n} e la linea 2 si ferma due ore a turno.",
            ("Grazie per le misure. Ho messo da parte {n} pezzi di un altro lotto; partono oggi alle 18:00 e arrivano a {site} prima del primo turno.",
             "Il laboratorio ha ricevuto i campioni. Le scrivo l'esito entro venerdì a mezzogiorno.",
             "Il lotto aveva la classe di gioco sbagliata. Sostituiamo tutti i pezzi a nostre spese."),
            ("I pezzi sono arrivati alle 6:40, grazie. Questa sostituzione va sull'ordine originale?", "Allego le letture di vibrazione di stamattina.", "La linea 2 ha lavorato tutta la settimana senza fermarsi."),
            "Tutti i pezzi del lotto {code} sono stati sostituiti e accreditati. La relazione del laboratorio accompagna l'ordine."),
    }),
    Story("Delivery", 22, ("normal", "normal", "high"), "Carrier lost the second pallet at {site} for the third time this quarter. Raise it in the carrier meeting.", {
        "en": Words("Part of order {order} has not arrived",
            "Order {order} came with {n} pieces of {item} fewer than the delivery note says. When do we get the rest?",
            ("I have asked the warehouse to count and will answer today.", "The rest was on a second pallet. It is at {site} and will be with you tomorrow before ten."),
            ("We can take a partial delivery if it helps.", "The second pallet is here and complete."),
            "The missing pieces were delivered and the delivery note corrected."),
        "pt": Words("Falta parte da encomenda {order}",
            "A encomenda {order} chegou com menos {n} peças de {item} do que diz a guia. Quando recebemos o resto?",
            ("Pedi uma contagem ao armazém e respondo ainda hoje.", "O resto ia noutra palete. Está em {site} e chega amanhã antes das dez."),
            ("Aceitamos entrega parcial, se ajudar.", "A segunda palete chegou e está completa."),
            "As peças em falta foram entregues e a guia corrigida."),
        "es": Words("Falta parte del pedido {order}",
            "El pedido {order} ha llegado con {n} piezas de {item} menos de las que dice el albarán. ¿Cuándo recibimos el resto?",
            ("He pedido un recuento al almacén y le respondo hoy mismo.", "El resto iba en otro palé. Está en {site} y llega mañana antes de las diez."),
            ("Podemos aceptar una entrega parcial si ayuda.", "El segundo palé ha llegado completo."),
            "Las piezas que faltaban se han entregado y el albarán está corregido."),
        "it": Words("Manca una parte dell'ordine {order}",
            "L'ordine {order} è arrivato con {n} pezzi di {item} in meno rispetto alla bolla. Quando riceviamo il resto?",
            ("Ho chiesto un conteggio al magazzino e rispondo in giornata.", "Il resto era su un secondo bancale. È a {site} e arriva domani prima delle dieci."),
            ("Possiamo accettare una consegna parziale, se serve.", "Il secondo bancale è arrivato ed è completo."),
            "I pezzi mancanti sono stati consegnati e la bolla corretta."),
    }),
    Story("Invoice", 15, ("low", "normal", "normal"), "Price list of January was not loaded for this account. Check the other three on the same list.", {
        "en": Words("Agreed price not applied on {order}",
            "The invoice for {order} shows the list price of {item}, not the one agreed in January. Please send a corrected document before the month closes.",
            ("You are right, the agreed price was not loaded. Finance is issuing a credit note.", "The credit note {code} is in your portal. The price is right from today on."),
            ("Thank you. Our auditor also needs the old number on it.",),
            "Credit note {code} is issued and the price list corrected."),
        "pt": Words("Preço acordado não aplicado em {order}",
            "A fatura de {order} traz o preço de tabela do {item} e não o acordado em janeiro. Preciso do documento corrigido antes do fecho do mês.",
            ("Tem razão, o preço acordado não estava carregado. A faturação está a emitir a nota de crédito.", "A nota de crédito {code} já está no portal. O preço fica certo a partir de hoje."),
            ("Obrigado. O nosso revisor precisa também do número antigo.",),
            "Nota de crédito {code} emitida e tabela de preços corrigida."),
        "es": Words("Precio acordado no aplicado en {order}",
            "La factura de {order} lleva el precio de tarifa del {item}, no el acordado en enero. Necesitamos el documento corregido antes del cierre de mes.",
            ("Tiene razón, el precio acordado no estaba cargado. Finanzas emite una factura rectificativa.", "La rectificativa {code} ya está en el portal. El precio es correcto desde hoy."),
            ("Gracias. Nuestro auditor necesita también el número antiguo.",),
            "Rectificativa {code} emitida y tarifa corregida."),
        "it": Words("Prezzo concordato non applicato su {order}",
            "La fattura di {order} riporta il prezzo di listino del {item}, non quello concordato a gennaio. Ci serve il documento corretto prima della chiusura del mese.",
            ("Ha ragione, il prezzo concordato non era caricato. L'amministrazione emette la nota di credito.", "La nota di credito {code} è sul portale. Da oggi il prezzo è corretto."),
            ("Grazie. Il nostro revisore ha bisogno anche del numero vecchio.",),
            "Nota di credito {code} emessa e listino corretto."),
    }),
    Story("Return", 12, ("low", "normal"), "Third return of the same item this year: check with purchasing whether the drawing changed.", {
        "en": Words("Return of {n} × {item}",
            "We would like to return {n} unopened {item} of order {order}. What is the procedure, and until when?",
            ("Unopened boxes can come back within 30 days. The return label is {code}.", "The boxes arrived and are in inspection."),
            ("Collected this morning at {site}.",),
            "The return was accepted; the credit follows with the next statement."),
        "pt": Words("Devolução de {n} × {item}",
            "Queremos devolver {n} {item} por abrir, da encomenda {order}. Qual é o procedimento, e até quando?",
            ("Caixas por abrir podem voltar em 30 dias. A etiqueta de devolução é {code}.", "As caixas chegaram e estão em verificação."),
            ("Recolhidas esta manhã em {site}.",),
            "Devolução aceite; o crédito segue no próximo extrato."),
        "es": Words("Devolución de {n} × {item}",
            "Queremos devolver {n} {item} sin abrir del pedido {order}. ¿Cuál es el procedimiento y hasta cuándo?",
            ("Las cajas sin abrir pueden volver en 30 días. La etiqueta de devolución es {code}.", "Las cajas han llegado y están en revisión."),
            ("Recogidas esta mañana en {site}.",),
            "Devolución aceptada; el abono va en el próximo extracto."),
        "it": Words("Reso di {n} × {item}",
            "Vorremmo rendere {n} {item} ancora sigillati dell'ordine {order}. Qual è la procedura, ed entro quando?",
            ("Le scatole sigillate possono rientrare entro 30 giorni. L'etichetta di reso è {code}.", "Le scatole sono arrivate e sono in verifica."),
            ("Ritirate stamattina a {site}.",),
            "Reso accettato; l'accredito segue con il prossimo estratto conto."),
    }),
    Story("Technical question", 16, ("low", "low", "normal"), "Same question from another account last spring; the answer there still holds.", {
        "en": Words("Which {item} for 90 °C and food grease?",
            "We are changing the lubricant on the pasteuriser at {site}. Which {item} stands 90 °C and food-grade grease? A data sheet would help our safety officer.",
            ("For 90 °C take the FKM version. The data sheet and the food declaration are in your documents.", "The maximum speed drops to 80 %; on your machine that is still well inside."),
            ("Very clear. Does the same hold for the smaller size?",),
            "The FKM version fits both sizes; the declarations are with your documents."),
        "pt": Words("Que {item} para 90 °C e massa alimentar?",
            "Vamos mudar o lubrificante do pasteurizador em {site}. Que {item} aguenta 90 °C e massa alimentar? Uma ficha técnica ajudava a nossa segurança.",
            ("Para 90 °C é a versão em FKM. A ficha e a declaração alimentar estão nos vossos documentos.", "A velocidade máxima baixa para 80 %; na vossa máquina continua folgada."),
            ("Muito claro. Vale o mesmo para a medida pequena?",),
            "A versão FKM serve as duas medidas; as declarações estão nos documentos."),
        "es": Words("¿Qué {item} para 90 °C y grasa alimentaria?",
            "Cambiamos el lubricante del pasteurizador de {site}. ¿Qué {item} aguanta 90 °C y grasa alimentaria? Una ficha técnica ayudaría a nuestro técnico de prevención.",
            ("Para 90 °C, la versión en FKM. La ficha y la declaración alimentaria están en sus documentos.", "La velocidad máxima baja al 80 %; en su máquina sigue sobrada."),
            ("Muy claro. ¿Vale lo mismo para la medida pequeña?",),
            "La versión FKM sirve para las dos medidas; las declaraciones están en sus documentos."),
        "it": Words("Quale {item} per 90 °C e grasso alimentare?",
            "Cambiamo il lubrificante del pastorizzatore a {site}. Quale {item} regge 90 °C e il grasso alimentare? Una scheda tecnica aiuterebbe il nostro RSPP.",
            ("Per 90 °C serve la versione in FKM. Scheda e dichiarazione alimentare sono tra i vostri documenti.", "La velocità massima scende all'80 %; sulla vostra macchina resta ampio margine."),
            ("Chiarissimo. Vale lo stesso per la misura piccola?",),
            "La versione FKM va bene per entrambe le misure; le dichiarazioni sono tra i documenti."),
    }),
    Story("Access", 7, ("low", "normal"), "The new colleague replaces the plant manager: add as approver after the call.", {
        "en": Words("Portal access for a colleague in purchasing", "A colleague in purchasing joins on Monday and needs to see our open cases and orders.",
            ("Done: your colleague has an invitation by mail, valid for seven days.",), ("The invitation arrived, thank you.",), "Access is set up for purchasing at {site}."),
        "pt": Words("Acesso ao portal para uma colega das compras", "Na segunda-feira entra uma colega nas compras que precisa de ver os nossos casos e encomendas.",
            ("Feito: a colega tem um convite por correio, válido sete dias.",), ("O convite chegou, obrigado.",), "Acesso criado para as compras em {site}."),
        "es": Words("Acceso al portal para una compañera de compras", "El lunes entra una compañera en compras que necesita ver nuestros casos y pedidos.",
            ("Hecho: su compañera tiene una invitación por correo, válida siete días.",), ("La invitación ha llegado, gracias.",), "Acceso creado para compras en {site}."),
        "it": Words("Accesso al portale per una collega degli acquisti", "Lunedì arriva una collega agli acquisti che deve vedere i nostri casi e ordini.",
            ("Fatto: la collega ha un invito via mail, valido sette giorni.",), ("L'invito è arrivato, grazie.",), "Accesso attivo per gli acquisti a {site}."),
    }),
    Story("Contract", 6, ("normal", "high"), "They compare us with a second supplier. Involve the account manager before any number leaves the house.", {
        "en": Words("Conditions for the renewal", "Before the renewal we would like to talk about stock at {site} and about answers on Saturdays. Who prepares a proposal?",
            ("I prepare it with the account manager and send a first version next week.", "The proposal is in your portal: safety stock at {site} and a Saturday line from 8:00 to 12:00."),
            ("We have shown it to the board. Two questions on stock ownership are open.", "The board agrees."), "Agreed in writing; it enters the next service review."),
        "pt": Words("Condições para a renovação", "Antes da renovação queremos falar do stock em {site} e de respostas ao sábado. Quem prepara uma proposta?",
            ("Preparo-a com o gestor da conta e envio uma primeira versão na próxima semana.", "A proposta está no portal: stock de segurança em {site} e linha ao sábado das 8:00 às 12:00."),
            ("Mostrámos à administração. Faltam duas perguntas sobre a propriedade do stock.", "A administração concorda."), "Acordado por escrito; entra na próxima revisão de serviço."),
        "es": Words("Condiciones para la renovación", "Antes de la renovación queremos hablar del stock en {site} y de respuestas los sábados. ¿Quién prepara una propuesta?",
            ("La preparo con el responsable de la cuenta y envío una primera versión la semana que viene.", "La propuesta está en el portal: stock de seguridad en {site} y línea los sábados de 8:00 a 12:00."),
            ("La hemos enseñado a dirección. Quedan dos preguntas sobre la propiedad del stock.", "Dirección está de acuerdo."), "Acordado por escrito; entra en la próxima revisión de servicio."),
        "it": Words("Condizioni per il rinnovo", "Prima del rinnovo vorremmo parlare della scorta a {site} e delle risposte al sabato. Chi prepara una proposta?",
            ("La preparo con il responsabile dell'account e mando una prima versione la prossima settimana.", "La proposta è sul portale: scorta di sicurezza a {site} e linea al sabato dalle 8:00 alle 12:00."),
            ("L'abbiamo mostrata alla direzione. Restano due domande sulla proprietà della scorta.", "La direzione è d'accordo."), "Concordato per iscritto; entra nella prossima revisione del servizio."),
    }),
    Story("Documents", 9, ("low", "normal"), "Certificate archive of 2024 is incomplete; ask quality to scan the rest.", {
        "en": Words("Certificate 3.1 missing for {item}", "Our auditor asks for the 3.1 certificate of the {item} from order {order}. It was not in the box.",
            ("The certificate is in your documents now, together with the one for the second batch.",), ("Found it. Can these come with the delivery note in future?",), "Certificates now travel with every delivery note."),
        "pt": Words("Certificado 3.1 em falta para {item}", "O nosso auditor pede o certificado 3.1 do {item} da encomenda {order}. Não vinha na caixa.",
            ("O certificado já está nos vossos documentos, com o do segundo lote.",), ("Encontrei. Podem passar a vir com a guia?",), "Os certificados passam a acompanhar cada guia."),
        "es": Words("Falta el certificado 3.1 de {item}", "Nuestro auditor pide el certificado 3.1 del {item} del pedido {order}. No venía en la caja.",
            ("El certificado ya está en sus documentos, junto con el del segundo lote.",), ("Lo tengo. ¿Pueden venir con el albarán en adelante?",), "Los certificados acompañan desde ahora a cada albarán."),
        "it": Words("Manca il certificato 3.1 di {item}", "Il nostro auditor chiede il certificato 3.1 del {item} dell'ordine {order}. Nella scatola non c'era.",
            ("Il certificato è ora tra i vostri documenti, insieme a quello del secondo lotto.",), ("Trovato. In futuro possono arrivare con la bolla?",), "D'ora in poi i certificati accompagnano ogni bolla."),
    }),
)
