#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sim/campaign.h"

namespace ecm::sim {

/// A mistake that somebody could make in the product, planted around what ships: in the ports of a
/// handler, in what it answers, in its patience or in the state machine.
struct PlantedDefect {
  std::string_view name;
  std::string_view broken;   ///< the invariant that finds it: "I1"; "I1 I3" for either
  std::uint64_t within = 0;  ///< so many seeds at most until it is found
  FindHandler find_handler = lifecycle::FindHandler;
  std::function<void(Json& definition)> edit{};  ///< of the state machine
  std::vector<Aim> aims{};  ///< where drawn worlds rarely meet it: what goes wrong in each world
};

std::span<const PlantedDefect> PlantedDefects();

}  // namespace ecm::sim
