"""Titles of kinds that were once read as another family or level."""

from __future__ import annotations

import pytest

from rung import Normaliser, Query

FAMILIES = {
    "vehicles as trades": {
        "HGV Technician, Days/Lates": "trades-maintenance",
        "HGV Fitter - Nights": "trades-maintenance",
        "Truck Mechanic": "trades-maintenance",
        "Forklift Engineer (Mobile)": "trades-maintenance",
        "LGV Technician": "trades-maintenance",
        "MOT Tester": "trades-maintenance",
        "HGV Driver Class 1": "transport-warehouse",
    },
    "frameworks of software": {
        "Senior Django Engineer": "software-engineering",
        "Laravel Engineer (Remote)": "software-engineering",
        "Angular Engineer": "software-engineering",
        "Automated Test Engineer": "software-engineering",
        "Kotlin Engineer - Payments": "software-engineering",
    },
    "plurals": {
        "Graduate Sales Engineers": "sales",
        "Senior Account Executives - Benelux": "sales",
        "Two Data Engineers, Logistics": "data",
        "Instructional Designers (Corporate Learning)": "education",
        "Quantity Surveyors": "engineering",
    },
    "engineers and architects of software": {
        "Rust Engineer, Payments": "software-engineering",
        ".NET Engineers": "software-engineering",
        "Senior Java Architect": "software-engineering",
        "GenAI Architect - Insurance": "software-engineering",
        "Server-Side Engineer (Games)": "software-engineering",
        "Lead IAM Architect": "information-security",
        "User Experience Architect": "design",
        "Architect, Hospitals": "engineering",
        "Data Pipeline Engineer": "data",
    },
    "production of pictures, not of goods": {
        "Film Production Coordinator": "media-arts",
        "Video Production Apprentice": "media-arts",
        "Web Production Designer": "design",
        "Production Supervisor, Bottling": "manufacturing",
        "Web Production Associate": "media-arts",
        "Digital Production Manager": "media-arts",
    },
    "search engine optimisation is no grade": {
        "SEO Specialist": "marketing",
        "Senior SEO Manager": "marketing",
        "Lead Marketing Analyst - SEO/SEM": "marketing",
        "Policy Adviser (HEO/SEO)": "public-nonprofit",
    },
    "a product is what other functions serve, too": {
        "Director, Product Support": "customer-service",
        "Head of Product Compliance": "legal-compliance",
        "VP Product Security": "information-security",
        "Product Safety Lead": "quality-safety",
    },
    "arts are no doctors": {
        "School of Arts - Lecturer in Sculpture": "education",
        "College of Fine Arts, Adjunct Faculty": "education",
        "Huisarts": "medical",
    },
    "personal lines are no personnel": {"Analyst - Personal Insurance": "banking-insurance", "Personalreferent": "human-resources"},
    "people in shops, yards and offices": {
        "Product Flow Associate - Evenings": "retail",
        "General Superintendent, Highways": "trades-maintenance",
        "Facilities Superintendent": "facilities-property",
        "Office Support Specialist": "administration",
        "Customer Service Advocate": "customer-service",
        "Windows Server Administrator": "it-operations",
        "Public Affairs Officer": "marketing",
        "Swimming and Recreation Programmer": "personal-services",
        "Content Operations Manager": "marketing",
        "Graphics Intern, Summer": "design",
        "Transmission Line Engineer - 400 kV": "engineering",
        "Security Operations Specialist, cloud": "information-security",
        "Transportation Security Screener": "public-safety",
    },
    "whom an assistant serves": {
        "Executive Assistant CEO": "administration",
        "Personal Assistant CFO": "administration",
        "Personal Assistant to Managing Director": "administration",
        "Executive Assistant, Business Development": "administration",
        "Teamassistenz Vertrieb (m/w/d)": "administration",
        "Assistenz der Bereichsleitung Einkauf": "administration",
        "Executive Assistant Manager, Rooms": "hospitality",
        "Litigation Secretary": "administration",
    },
    "operations of a function": {
        "Securities Operations Analyst": "banking-insurance",
        "Marketing Operations Analyst - EMEA": "marketing",
        "IT Operations Analyst (Nights)": "it-operations",
        "Tax Senior Consultant": "finance",
        "Cyber Senior Consultant": "information-security",
        "Directrice adjointe de crèche": "education",
        "Artisan Boilermaker": "trades-maintenance",
        "Data Engineering Intern": "data",
    },
    "developers of other things": {
        "Curriculum Developer": "education",
        "Property Developer": "facilities-property",
        "Recipe Developer": "hospitality",
        "Garment Developer": "design",
        "Developer, Smart Meters": "software-engineering",
        "Delphi Developer": "software-engineering",
        "CMM Programmer": "manufacturing",
        "Pilates Instructor": "personal-services",
        "Plastering Instructor": "education",
    },
    "safety under all its letters": {
        "ESH Manager": "quality-safety",
        "SHEQ Officer": "quality-safety",
        "EH&S Coordinator": "quality-safety",
        "Responsable QSE": "quality-safety",
    },
    "programs of firms": {
        "Guidewire Analyst": "it-operations",
        "Veeva Vault Administrator": "it-operations",
        "Application Support Manager": "it-operations",
        "Production Support Analyst": "it-operations",
        "Architecte solution (H/F)": "software-engineering",
    },
    "departments of a supermarket": {
        "Seafood Manager": "retail",
        "Dairy Clerk (Part-time)": "retail",
        "Frozen Food Manager": "retail",
    },
    "people of a hospital": {
        "ED Technician, Nights": "medical",
        "Coding Auditor": "medical",
        "Revenue Cycle Specialist": "finance",
        "Medication Technician": "medical",
    },
    "a subject beside a rank": {
        "Vice President, Tax": "finance",
        "Director, Construction": "trades-maintenance",
        "Teamleiter Steuern": "finance",
        "Coordinator, Transportation": "transport-warehouse",
        "Senior Director, Marketing - Stem Cells": "marketing",
    },
    "work in a later part": {
        "Credit Control Officer - Manufacturing": "finance",
        "Credit Control Executive, Underwriting": "finance",
    },
    "portfolios of projects and of money": {
        "Portfolio Manager (Agile Projects)": "project-programme",
        "Portfolio Manager - PMO": "project-programme",
        "Portfolio Manager, Government Bonds": "banking-insurance",
    },
    "laboratories of quality control": {
        "QC Laboratory Technician - Soft Drinks": "quality-safety",
        "Quality Control Lab Analyst (m/f)": "quality-safety",
        "Laboratory Technician, Genetics": "science",
    },
    "the leads of sellers": {
        "Lead Generator, Home Security": "sales",
        "Senior Lead Generation Executive": "sales",
        "Franchise Development Manager, Nordics": "sales",
    },
    "aid and food banks": {
        "Senior M&E Adviser - Livelihoods": "public-nonprofit",
        "Evaluation and Learning Officer": "public-nonprofit",
        "Director, Food Bank": "public-nonprofit",
        "Food Pantry Manager": "public-nonprofit",
    },
    "a project is a project, whatever it is about": {
        "Chef de projet digital - Nantes": "project-programme",
        "Chef de projet évènementiel (H/F)": "project-programme",
    },
    "what an area is full of": {
        "Area Manager - Gyms": "personal-services",
        "Area Manager, Pubs": "hospitality",
        "Area Manager": "general-management",
    },
    "engineers of software and of machines": {
        "Engineering Manager - Frontend": "software-engineering",
        "Engineering Manager, Android": "software-engineering",
        "Engineering Manager - Hydraulic Presses": "engineering",
        "Engineering Manager": "engineering",
    },
    "specialists in a product": {
        "Specjalista ds. produktu - meble": "marketing",
        "Specjalistka ds. rozwoju produktów": "marketing",
        "Especialista de Producto - Ortodoncia": "sales",
        "Productspecialist Verlichting": "sales",
        "Specjalista ds. rozwoju": "human-resources",
    },
    "offices of trade and of law": {
        "Executive - Export Documentation": "supply-chain",
        "Partner, Dispute Resolution": "legal-compliance",
    },
    "risk of systems": {
        "Technology Risk Consultant (m/f/d)": "information-security",
        "IT Risk Officer - Retail Bank": "information-security",
        "Operational Risk Officer": "banking-insurance",
    },
    "automation of software and of plants": {
        "Automation Engineer (Cypress, TypeScript)": "software-engineering",
        "Marketing Automation Engineer": "software-engineering",
        "Automation Engineer, PLC": "engineering",
    },
    "owners who drive": {"Owner-Operator, Flatbed": "transport-warehouse", "Owner Operator (CDL A)": "transport-warehouse"},
    "posts of a city": {
        "Administrative Architect": "engineering",
        "Administrative Staff Analyst": "business-analysis",
        "Administrative Assistant": "administration",
    },
    "a rank with its subject before a trade": {
        "Head of Content (Cook App)": "marketing",
        "Head of Design, Courier": "design",
        "Head of HR, Cleaner Division": "human-resources",
        "Head Chef, Cook Street": "hospitality",
        "Brand Leader (Store Manager)": "retail",
        "Specialist I, Pharmacy": "medical",
    },
    "what ambassadors speak for": {
        "Retail Brand Ambassador - Part Time": "marketing",
        "Campus Ambassador": "marketing",
        "Sales Ambassador": "sales",
        "Guest Experience Ambassador": "hospitality",
        "Member Ambassador": "customer-service",
        "Embajadora de marca": "marketing",
        "Markenbotschafter (m/w/d)": "marketing",
        "Ambassador to Norway": "public-nonprofit",
    },
    "accounts of customers and of a firm": {
        "Major Accounts Manager": "sales",
        "Strategic Accounts Director - Benelux": "sales",
        "Accounts Payable Manager": "finance",
        "Management Accounts Assistant": "finance",
    },
    "assistants to somebody": {
        "Assistant to the Vice President": "administration",
        "Assistant to the Managing Director": "administration",
        "Assistant to the Dean": "administration",
        "Assistant to CEO": "administration",
        "Dental Assistant to Dr Smith": "medical",
    },
    "letters of a board": {
        "DRH (H/F)": "human-resources",
        "DAF": "finance",
        "DSI": "it-operations",
        "DG": "general-management",
        "RSSI": "information-security",
        "KAM": "sales",
        "KAM Coordinator": "quality-safety",
    },
    "owners, captains and coordinators": {
        "Owner/Operator Truck Driver": "transport-warehouse",
        "Small Business Owner": "general-management",
        "Bell Captain": "hospitality",
        "Police Captain": "public-safety",
        "Board Trustee": "public-nonprofit",
        "Apprentice Coordinator": "human-resources",
        "Service Delivery Manager - IT": "it-operations",
    },
    "an undertaking that is to be sold or built": {
        "Assistant Development Manager": "facilities-property",
        "Business Development Manager": "sales",
        "Software Development Manager": "software-engineering",
    },
}
LEVELS = {
    "Receptionist 3 evenings": ("mid", "ic"),
    "Cleaner 3 hrs daily": ("mid", "ic"),
    "Bar Staff 4 nights": ("mid", "ic"),
    "Warehouse Associate 4x10": ("mid", "ic"),
    "Verkäufer 3 Tage (m/w/d)": ("mid", "ic"),
    "Tier 3 Network Engineer": ("senior", "ic"),
    "Technical Support L1": ("associate", "ic"),
    "Network Engineer L3": ("senior", "ic"),
    "Civil Engineer, GS-0810-15": ("head", "manager"),
    "Geologist GS-1350-12": ("senior", "ic"),
    "Statistician, GS-1530-07": ("associate", "ic"),
    "Chemist GS-1320-9/11": ("mid", "ic"),
    "Senior Care Assistant, nights": ("senior", "ic"),
    "Senior Care Home Manager": ("lead", "manager"),
    "Senior Lead Generation Executive": ("senior", "ic"),
    "Lead Generator, Home Security": ("mid", "ic"),
    "Audit Partner": ("vp", "manager"),
    "Tax Partner - Leeds": ("vp", "manager"),
    "People Partner": ("mid", "ic"),
    "Managing Director, Private Equity": ("head", "manager"),
    "Managing Director, Bakery Group": ("chief", "manager"),
    "Gerente de Marketing": ("senior", "manager"),
    "Gerente de Eventos": ("mid", "ic"),
    "Personalchef (m/w/d)": ("head", "manager"),
    "Souschef": ("senior", "manager"),
    "Head Groom - Stud Farm": ("senior", "manager"),
    "Head Sommelier": ("senior", "manager"),
    "Administrative City Planner": ("lead", "manager"),
    "Tap Room Manager": ("lead", "manager"),
    "Health Care Assistant HCA, nights": ("mid", "ic"),
    "Java Architect": ("senior", "ic"),
    "Merchandise Associate, evenings": ("mid", "ic"),
}


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser.load()


@pytest.mark.parametrize(("title", "family"), [pair for kind in FAMILIES.values() for pair in kind.items()])
def test_the_family_of_a_title(normaliser, title, family):
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(("title", "cell"), LEVELS.items())
def test_the_level_of_a_title(normaliser, title, cell):
    answer = normaliser.classify(Query(title))
    assert (answer.level.id, answer.track) == cell
