#include "emr_model/instance_types.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace ecm::emr_model {

/// The bytes of data/emr/instance_types.json; the build generates them.
extern const std::string_view kInstanceTypesText;

namespace {

/// Where they stand in the line of a type.
enum Column { kRegions, kArchitecture, kOnly64, kVcpus, kMemory, kStorage, kDisks, kEbs, kColumns };

struct Table {
  std::vector<std::string> regions;
  std::vector<InstanceType> types;  ///< by name

  std::optional<std::size_t> BitOf(const Region& region) const {
    const auto found = std::ranges::lower_bound(regions, region.str());
    if (found == regions.end() || *found != region.str()) return std::nullopt;
    return static_cast<std::size_t>(found - regions.begin());
  }
};

InstanceType ReadType(std::string_view name, const JsonArray& row) {
  InstanceType type;
  type.name = name;
  const std::string_view bits = row.at(kRegions).as_string();
  std::from_chars(bits.data(), bits.data() + bits.size(), type.regions, 16);
  if (row.size() < kColumns) return type;
  type.hardware = InstanceHardware{std::string(row[kArchitecture].as_string()),
                                   row[kOnly64].as_bool(),
                                   row[kVcpus].as_int64(),
                                   row[kMemory].as_int64(),
                                   row[kStorage].as_int64(),
                                   row[kDisks].as_int64(),
                                   std::string(row[kEbs].as_string())};
  return type;
}

const Table& KnownTypes() {
  static const Table kTable = [] {
    const Result<Json> document = ParseJson(kInstanceTypesText);
    if (!document.has_value()) {  // a broken build
      std::fprintf(stderr, "%s\n", document.error().message.c_str());
      std::abort();
    }
    Table table;
    for (const Json& region : FindArray(*document, "regions")) {
      table.regions.emplace_back(region.as_string());
    }
    const JsonObject& types = document->at("types").as_object();
    table.types.reserve(types.size());
    for (const auto& type : types) {
      table.types.push_back(ReadType(type.key(), type.value().as_array()));
    }
    return table;
  }();
  return kTable;
}

bool Offers(const InstanceType& type, std::size_t bit) { return (type.regions >> bit & 1U) != 0; }

}  // namespace

bool KnowsInstanceTypesOf(const Region& region) { return KnownTypes().BitOf(region).has_value(); }

std::vector<const InstanceType*> InstanceTypesIn(const Region& region) {
  std::vector<const InstanceType*> offered;
  const std::optional<std::size_t> bit = KnownTypes().BitOf(region);
  if (!bit.has_value()) return offered;
  for (const InstanceType& type : KnownTypes().types) {
    if (Offers(type, *bit)) offered.push_back(&type);
  }
  return offered;
}

bool IsKnownNotOffered(const Region& region, std::string_view type) {
  const Table& table = KnownTypes();
  const std::optional<std::size_t> bit = table.BitOf(region);
  if (!bit.has_value()) return false;
  const auto found = std::ranges::lower_bound(table.types, type, {}, &InstanceType::name);
  if (found != table.types.end() && found->name == type) return !Offers(*found, *bit);
  const std::string_view family = type.substr(0, std::min(type.size(), type.find('.') + 1));
  const auto first = std::ranges::lower_bound(table.types, family, {}, &InstanceType::name);
  return first != table.types.end() && first->name.starts_with(family);
}

JsonObject RenderInstanceType(const InstanceType& type) {
  JsonObject answer{{"Type", type.name}};
  if (!type.hardware.has_value()) return answer;
  constexpr double kMibPerGib = 1024;
  const InstanceHardware& hardware = *type.hardware;
  answer["MemoryGB"] = static_cast<double>(hardware.memory_mib) / kMibPerGib;
  answer["StorageGB"] = hardware.storage_gb;
  answer["VCPU"] = hardware.vcpus;
  answer["Is64BitsOnly"] = hardware.only_64_bits;
  answer["EbsOptimizedAvailable"] = hardware.ebs_optimized != "unsupported";
  answer["EbsOptimizedByDefault"] = hardware.ebs_optimized == "default";
  answer["NumberOfDisks"] = hardware.disks;
  answer["EbsStorageOnly"] = hardware.disks == 0;
  answer["Architecture"] = hardware.architecture;
  return answer;
}

}  // namespace ecm::emr_model
