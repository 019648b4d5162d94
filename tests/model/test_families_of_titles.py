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
}
LEVELS = {
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
