# fmt: off
"""The invented provider, its staff and its clients."""

from dataclasses import dataclass

PASSWORD = "um-elo-de-confianca"
PROVIDER = "Norte Peças"


@dataclass(frozen=True)
class StaffPerson:
    """One of the provider's people."""

    name: str
    mail: str
    role: str
    title: str
    team: str
    phone: str
    language: str
    timezone: str


@dataclass(frozen=True)
class Client:
    """One client company, its people as (name, job role, title, language), the first one its sponsor."""

    name: str
    code: str
    language: str
    country: str
    timezone: str
    industry: str
    segment: str
    manager: str
    deputy: str
    value: int
    yearly_cases: int
    people: tuple[tuple[str, str, str, str], ...]
    parent: str = ""


STAFF = (
    StaffPerson("Tiago Antunes", "tiago.antunes", "account_manager", "Account manager, Porto", "Iberia", "+351 220 000 011", "pt", "Europe/Lisbon"),
    StaffPerson("Giulia Ventimiglia", "giulia.ventimiglia", "account_manager", "Account manager, Milan", "Italy and UK", "+39 02 0000 0012", "it", "Europe/Rome"),
    StaffPerson("Inês Vasconcelos", "ines.vasconcelos", "agent", "Service desk, Porto", "Iberia", "+351 220 000 013", "pt", "Europe/Lisbon"),
    StaffPerson("Henrique Boavida", "henrique.boavida", "agent", "Laboratory, Porto", "Laboratory", "+351 220 000 014", "pt", "Europe/Lisbon"),
    StaffPerson("Begoña Arrizabalaga", "begona.arrizabalaga", "agent", "Service desk, Vigo", "Iberia", "+34 986 000 015", "es", "Europe/Madrid"),
    StaffPerson("Owen Hathersage", "owen.hathersage", "agent", "Service desk, Leeds", "Italy and UK", "+44 113 000 0016", "en", "Europe/London"),
    StaffPerson("Graça Mourão", "graca.mourao", "executive", "Managing director", "", "+351 220 000 001", "pt", "Europe/Lisbon"),
    StaffPerson("Duarte Salvaterra", "duarte.salvaterra", "admin", "Portal administrator", "", "+351 220 000 002", "pt", "Europe/Lisbon"),
)

CLIENTS = (
    Client("Laticínios Serra d’Ossa", "SERRA", "pt", "PT", "Europe/Lisbon", "food", "key", "tiago.antunes", "ines.vasconcelos", 640_000, 150, (
        ("Assunção Figueiredo-Brandão", "executive", "Managing director", "pt"), ("Mariana Quintão", "technical", "Head of operations", "pt"),
        ("Joaquín Ibáñez de la Peña", "approver", "Purchasing, Badajoz", "es"), ("Rui Carrapato", "requester", "Maintenance, Estremoz", "pt"),
        ("Celeste Abrantes", "finance", "Accounts payable", "pt"))),
    Client("Quesería Serra d’Ossa Badajoz", "SERRA-ES", "es", "ES", "Europe/Madrid", "food", "standard", "tiago.antunes", "begona.arrizabalaga", 120_000, 45, (
        ("Remedios Olmedilla", "executive", "Plant director", "es"), ("Nuño Fuensanta", "technical", "Maintenance", "es"), ("Pilar Hinojal", "finance", "Administration", "es")), "SERRA"),
    Client("Serra d’Ossa Logística", "SERRA-LOG", "pt", "PT", "Europe/Lisbon", "logistics", "small", "tiago.antunes", "ines.vasconcelos", 38_000, 18, (
        ("Fausto Vilarinho", "executive", "Head of logistics", "pt"), ("Noémia Tavarede", "requester", "Warehouse", "pt")), "SERRA"),
    Client("Officine Sant’Ambrogio", "SANTAMB", "it", "IT", "Europe/Rome", "industrial", "key", "giulia.ventimiglia", "owen.hathersage", 410_000, 110, (
        ("Ettore Montefosco", "executive", "Direttore generale", "it"), ("Ruggero Castelvero", "technical", "Responsabile manutenzione", "it"),
        ("Chiara Pratolungo", "approver", "Acquisti", "it"), ("Lavinia Orsenigo", "finance", "Amministrazione", "it"))),
    Client("Gruppo Ferrarotti Imbottigliamento", "FERRA", "it", "IT", "Europe/Rome", "food", "standard", "giulia.ventimiglia", "henrique.boavida", 150_000, 50, (
        ("Donato Ferrarotti", "executive", "Amministratore delegato", "it"), ("Nives Albarello", "technical", "Ufficio tecnico", "it"), ("Ugo Zuccarino", "requester", "Magazzino", "it"))),
    Client("Northmere Hydraulics", "NORTHM", "en", "GB", "Europe/London", "marine", "key", "giulia.ventimiglia", "owen.hathersage", 380_000, 95, (
        ("Imogen Ravensby", "executive", "Operations director", "en"), ("Owain Penhale", "technical", "Service engineer", "en"),
        ("Freya Thornbury", "approver", "Procurement", "en"), ("Gareth Underhay", "finance", "Finance", "en"))),
    Client("Bodegas Fuentealbilla", "FUENTE", "es", "ES", "Europe/Madrid", "food", "standard", "tiago.antunes", "begona.arrizabalaga", 95_000, 40, (
        ("Lucía Valdeluz", "executive", "Directora general", "es"), ("Hernán Garcilaso", "technical", "Mantenimiento", "es"), ("Ximena Robledal", "requester", "Compras", "es"))),
    Client("Transportes Guadalén", "GUADA", "es", "ES", "Europe/Madrid", "logistics", "standard", "tiago.antunes", "begona.arrizabalaga", 72_000, 32, (
        ("Íñigo Navacerrada", "executive", "Director de flota", "es"), ("Úrsula Jarandilla", "requester", "Taller", "es"))),
    Client("Cerâmica Estrela do Mondego", "CEREST", "pt", "PT", "Europe/Lisbon", "industrial", "standard", "tiago.antunes", "henrique.boavida", 88_000, 36, (
        ("Leonor Gouvinhas", "executive", "Direção industrial", "pt"), ("Heitor Espinhosa", "technical", "Manutenção", "pt"), ("Iolanda Zambujal", "finance", "Contabilidade", "pt"))),
    Client("Papelera do Vale Verde", "VALEV", "pt", "BR", "America/Sao_Paulo", "paper", "standard", "tiago.antunes", "ines.vasconcelos", 110_000, 34, (
        ("Otávio Damásio", "executive", "Diretor de operações", "pt"), ("Zulmira Noronhas", "technical", "Manutenção", "pt"))),
    Client("Kestrel Packaging", "KESTR", "en", "IE", "Europe/Dublin", "packaging", "small", "giulia.ventimiglia", "owen.hathersage", 26_000, 14, (
        ("Rhona Eastlake", "executive", "Owner", "en"), ("Nolan Birchall", "requester", "Workshop", "en"))),
    Client("Pastificio D’Alessandro e Figli", "DALES", "it", "IT", "Europe/Rome", "food", "small", "giulia.ventimiglia", "owen.hathersage", 21_000, 10, (
        ("Manlio D’Alessandro", "executive", "Titolare", "it"), ("Perla Quercioli", "requester", "Produzione", "it"))),
)
