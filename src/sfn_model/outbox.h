#pragma once

#include <functional>
#include <string>
#include <variant>

#include "base/delivery_queue.h"
#include "sfn_model/sfn_model.h"

namespace ecm::sfn_model {

/// What the model has to tell others. It is told after the model's own state is consistent, in the
/// order in which it arose, also where the others call the model while they listen.
class Outbox {
 public:
  Outbox(TaskRunner& runner, SfnModel::EventSink on_event, SfnModel::StateSink on_state)
      : runner_(runner), on_event_(std::move(on_event)), on_state_(std::move(on_state)) {}

  /// Told when everything about the end of an execution has been told.
  void OnEndTold(std::function<void(const ExecutionArn&)> on_end_told) {
    on_end_told_ = std::move(on_end_told);
  }
  /// Nobody listens to events: they need not be composed.
  bool WantsEvents() const { return static_cast<bool>(on_event_); }

  void Event(Json event) { queue_.Add(std::move(event)); }
  void Entered(const ExecutionArn& execution, std::string state) {
    queue_.Add(EnteredState{execution, std::move(state)});
  }
  void Start(const ExecutionArn& execution, asl::RunTask task) {
    queue_.Add(TaskOrder{execution, std::move(task)});
  }
  void Ended(const ExecutionArn& execution) { queue_.Add(execution); }

  void Deliver();

 private:
  struct EnteredState {
    ExecutionArn execution;
    std::string state;
  };
  struct TaskOrder {
    ExecutionArn execution;
    asl::RunTask task;
  };
  using Item = std::variant<Json, EnteredState, TaskOrder, ExecutionArn>;

  void DeliverOne(const Item& item);

  TaskRunner& runner_;
  SfnModel::EventSink on_event_;
  SfnModel::StateSink on_state_;
  std::function<void(const ExecutionArn&)> on_end_told_;
  DeliveryQueue<Item> queue_;
};

}  // namespace ecm::sfn_model
