#include "sim/services/answers.h"

#include <string>

namespace ecm::sim {
namespace {

constexpr std::string_view kMarker = "after:";

/// The list in the answer of a List operation, the one thing of a Describe operation.
JsonArray* ListIn(Json& answer) {
  for (const char* key : {"Clusters", "Steps"}) {
    Json* list = answer.as_object().if_contains(key);
    if (list != nullptr && list->is_array()) return &list->as_array();
  }
  return nullptr;
}

JsonObject* OneIn(Json& answer) {
  Json* cluster = answer.as_object().if_contains("Cluster");
  return cluster == nullptr ? nullptr : &cluster->as_object();
}

bool SpoilState(JsonObject& item) {
  Json* status = item.if_contains("Status");
  if (status == nullptr) return false;
  status->as_object()["State"] = "QUIESCING";
  return true;
}

void Strip(JsonObject& item) {
  JsonObject left;
  for (const char* key : {"Id", "Name", "Tags"}) {
    if (const Json* value = item.if_contains(key)) left[key] = *value;
  }
  if (const Json* status = item.if_contains("Status")) {
    left["Status"] = JsonObject{{"State", StringOr(*status, "State")}};
  }
  item = std::move(left);
}

}  // namespace

bool MakeStateUnknown(Json& answer, Random& chance) {
  if (JsonObject* one = OneIn(answer)) return SpoilState(*one);
  JsonArray* list = ListIn(answer);
  if (list == nullptr || list->empty()) return false;
  return SpoilState((*list)[UniformBelow(chance, list->size())].as_object());
}

bool StripOptional(Json& answer) {
  if (JsonObject* one = OneIn(answer)) {
    Strip(*one);
    return true;
  }
  JsonArray* list = ListIn(answer);
  if (list == nullptr || list->empty()) return false;
  for (Json& item : *list) Strip(item.as_object());
  return true;
}

bool CutToOne(Json& answer, std::string_view after) {
  JsonArray* list = ListIn(answer);
  if (list == nullptr) return false;
  std::size_t at = 0;
  while (!after.empty() && at < list->size() && StringOr((*list)[at], "Id") != after) ++at;
  // An item that this list does not show any more: all over again, so that nothing is missed.
  at = after.empty() || at == list->size() ? 0 : at + 1;
  if (after.empty() && list->size() < 2) return false;
  JsonArray page;
  if (at < list->size()) page.push_back((*list)[at]);
  const bool more = at + 1 < list->size();
  const std::string marker = more ? MarkerAfter(StringOr(page.front(), "Id")) : std::string();
  *list = std::move(page);
  if (more) {
    answer.as_object()["Marker"] = marker;
  } else {
    answer.as_object().erase("Marker");
  }
  return true;
}

bool HasSeveral(const Json& answer) {
  return FindArray(answer, "Clusters").size() + FindArray(answer, "Steps").size() > 1;
}

std::string MarkerAfter(std::string_view id) { return std::string(kMarker) + std::string(id); }

std::string ItemBefore(std::string_view marker) {
  return marker.starts_with(kMarker) ? std::string(marker.substr(kMarker.size())) : std::string();
}

}  // namespace ecm::sim
