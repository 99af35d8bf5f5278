#!/usr/bin/env python3
"""Writes which instance types Amazon EMR offers where, and what EC2 says of them.

    pip install -r tests/python/requirements-moto.txt && python data/generate_instance_types.py

data/emr/instance_types.json, out of two pinned packages and without network:
  cfn-lint  the types that EMR offers, by region
  moto      EC2's description of a type; some old types are not described any more
Each type has one line: the regions as bits of a hexadecimal number (bit 0 is the first region) and,
where EC2 describes it, architecture, 64 bits only, vCPUs, MiB of memory, GB and number of its own
disks, EBS optimization.
"""

import gzip
import importlib.metadata
import importlib.util
import json
import pathlib

VERSIONS = {"cfn-lint": "1.58.0", "moto": "5.2.5"}
ROOT = pathlib.Path(__file__).resolve().parents[1]
PATH = "data/emr/instance_types.json"

ARCHITECTURES = {"x86_64": "X86_64", "arm64": "AARCH64"}  # as EMR spells them


def folder(package):
    """Where the package lies; it is not imported, which takes seconds."""
    return pathlib.Path(importlib.util.find_spec(package).origin).parent


def offered():
    """The types of each region."""
    path = "data/schemas/extensions/aws_emr_cluster/instancetypeconfig_instancetype_enum.json"
    regions = json.loads((folder("cfnlint") / path).read_text(encoding="utf-8"))
    return {name: set(rule["enum"]) for name, rule in regions.items() if name != "description"}


def ec2():
    path = folder("moto") / "ec2/resources/instance_types.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))


def hardware(described):
    architectures = described["ProcessorInfo"]["SupportedArchitectures"]
    disks = described.get("InstanceStorageInfo", {})
    return [
        next(ARCHITECTURES[name] for name in architectures if name in ARCHITECTURES),
        "i386" not in architectures,
        described["VCpuInfo"]["DefaultVCpus"],
        described["MemoryInfo"]["SizeInMiB"],
        disks.get("TotalSizeInGB", 0),
        sum(disk["Count"] for disk in disks.get("Disks", [])),
        described["EbsInfo"]["EbsOptimizedSupport"],
    ]


def generate():
    """The text of the file."""
    by_region, described = offered(), ec2()
    regions = sorted(by_region)
    lines = []
    for name in sorted(set().union(*by_region.values())):
        bits = sum(1 << i for i, region in enumerate(regions) if name in by_region[region])
        facts = hardware(described[name]) if name in described else []
        lines.append(f"  {json.dumps(name)}: {json.dumps([f'{bits:x}', *facts])}")
    source = (
        f"cfn-lint {VERSIONS['cfn-lint']} (MIT-0): what EMR offers by region; "
        f"moto {VERSIONS['moto']} (Apache-2.0): EC2's description; "
        "made by data/generate_instance_types.py"
    )
    types = ",\n".join(lines)
    return (
        f'{{\n"source": {json.dumps(source)},\n"regions": {json.dumps(regions)},\n'
        f'"types": {{\n{types}\n}}\n}}\n'
    )


def main():
    for package, wanted in VERSIONS.items():
        if importlib.metadata.version(package) != wanted:
            raise SystemExit(
                f"{package} {wanted} is wanted: "
                "pip install -r tests/python/requirements-moto.txt"
            )
    (ROOT / PATH).write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    main()
