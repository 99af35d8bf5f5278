#include "emr_model/cluster_instances.h"

#include <fmt/format.h>

#include <algorithm>

#include "emr_model/answers.h"

namespace ecm::emr_model {
namespace {

/// A number that is as good as unique to the collection's id and the place (FNV-1a, then the
/// finishing steps of MurmurHash3, which spread neighbours over all bits).
std::uint64_t Fingerprint(std::string_view collection_id, std::int64_t place) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3U; };
  for (const char c : collection_id) mix(static_cast<std::uint8_t>(c));
  for (int shift = 0; shift < 64; shift += 8) {
    mix(static_cast<std::uint8_t>(static_cast<std::uint64_t>(place) >> shift));
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33);
}

/// "ci-" and 13 upper-case letters and digits, as the other ids of EMR.
std::string EmrId(std::uint64_t fingerprint) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr int kLength = 13;
  std::string id = "ci-";
  for (int i = 0; i < kLength; ++i) {
    id += kDigits[fingerprint % kDigits.size()];
    fingerprint /= kDigits.size();
  }
  return id;
}

/// "i-" and 17 hexadecimal digits.
std::string Ec2Id(std::uint64_t fingerprint) { return fmt::format("i-0{:016x}", fingerprint); }

/// Where the places of a fleet's spot instances begin: it has fewer on demand.
constexpr std::int64_t kFirstSpotPlace = std::int64_t{1} << 40;

const Json* FirstType(const Json& fleet) {
  const JsonArray& types = FindArray(fleet, "InstanceTypeSpecifications");
  return types.empty() ? nullptr : &types.front();
}

}  // namespace

std::int64_t InstancesFor(const Json& fleet, std::int64_t units) {
  const Json* type = FirstType(fleet);
  const std::int64_t weight =
      type == nullptr ? 1
                      : std::max<std::int64_t>(1, FindInt(*type, "WeightedCapacity").value_or(1));
  return (units + weight - 1) / weight;  // the last of them may be more than is needed
}

std::vector<InstancePool> InstancePools(const ClusterRecord& cluster) {
  std::vector<InstancePool> pools;
  for (const InstanceCollection& collection : cluster.instances) {
    const Json description = collection.description.Unpack();
    if (!cluster.uses_fleets) {
      const bool spot = StringOr(description, "Market") == "SPOT";
      pools.push_back({&collection, description, spot, collection.count, collection.retired});
      continue;
    }
    pools.push_back({&collection, description, false, InstancesFor(description, collection.count),
                     collection.retired});
    pools.push_back({&collection, description, true,
                     InstancesFor(description, collection.spot_count),
                     kFirstSpotPlace + collection.spot_retired});
  }
  return pools;
}

std::string PrimaryEc2Id(const ClusterRecord& cluster) {
  const std::string_view role = cluster.uses_fleets ? "InstanceFleetType" : "InstanceGroupType";
  for (const InstancePool& pool : InstancePools(cluster)) {
    if (pool.count == 0 || StringOr(pool.description, role) != "MASTER") continue;
    return Ec2Id(Fingerprint(pool.collection->id, pool.first));
  }
  return {};  // every cluster has one
}

std::string_view InstanceStateOf(const ClusterRecord& cluster) {
  switch (cluster.state) {
    case ClusterState::kStarting:
      return "PROVISIONING";
    case ClusterState::kBootstrapping:
      return "BOOTSTRAPPING";
    case ClusterState::kRunning:
    case ClusterState::kWaiting:
      return "RUNNING";
    default:  // there is no state between: a group of a cluster that is ending counts none either
      return "TERMINATED";
  }
}

JsonObject RenderInstance(const ClusterRecord& cluster, const InstancePool& pool,
                          std::int64_t place) {
  const std::uint64_t fingerprint = Fingerprint(pool.collection->id, pool.first + place);
  JsonObject reason;
  if (IsEnding(cluster.state)) {
    reason = {{"Code", "CLUSTER_TERMINATED"}, {"Message", "Job flow terminated"}};
  }
  JsonObject instance{
      {"Id", EmrId(fingerprint)},
      {"Ec2InstanceId", Ec2Id(fingerprint)},
      {"Status", JsonObject{{"State", InstanceStateOf(cluster)},
                            {"StateChangeReason", std::move(reason)},
                            {"Timeline", RenderTimeline(cluster, *pool.collection)}}},
      {"Market", pool.spot ? "SPOT" : "ON_DEMAND"},
      {"EbsVolumes", JsonArray{}}};
  instance[cluster.uses_fleets ? "InstanceFleetId" : "InstanceGroupId"] = pool.collection->id;
  const Json* type = cluster.uses_fleets ? FirstType(pool.description) : nullptr;
  instance["InstanceType"] = StringOr(type != nullptr ? *type : pool.description, "InstanceType");
  return instance;
}

}  // namespace ecm::emr_model
