#include "sfn_model/sfn_model.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "sfn_model/errors.h"
#include "sfn_model/life.h"
#include "sfn_model/operations/operations.h"
#include "sfn_model/outbox.h"
#include "sfn_model/sfn_service_model.h"

namespace ecm::sfn_model {
namespace {

/// A program whose own state machines it cannot run is a broken build.
void RequireBuiltIns(const Options& options) {
  for (const BuiltInMachine& built_in : options.built_in) {
    const auto compiled = DefinitionRecord("", ToText(built_in.definition)).Compiled();
    if (compiled) continue;
    std::fprintf(stderr, "The built-in state machine %s cannot be run: %s\n", built_in.name.c_str(),
                 compiled.error().message.c_str());
    std::abort();
  }
}

}  // namespace

class SfnModel::Impl {
 public:
  Impl(Options options, const Clock& clock, Random& random, TaskRunner& runner, EventSink on_event,
       StateSink on_state)
      : options_(std::move(options)),
        journal_(options_.keep_changes || options_.store != nullptr, options_.store),
        outbox_(runner, std::move(on_event), std::move(on_state)),
        life_(options_, clock, random, definitions_, registry_, journal_, outbox_),
        world_{options_, clock, random, definitions_, registry_, journal_, life_} {
    RequireBuiltIns(options_);
  }

  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) {
    const Operation handler = FindOperation(operation);
    if (handler == nullptr) return UnknownOperation(operation);
    if (!IsRegionName(region.str())) {
      return ValidationError("The request is signed for a region that has no right name.");
    }
    ECM_TRY_VOID(SfnServiceModel().CheckRequest(operation, request));
    life_.EnterRegion(region);
    life_.ForgetOld();
    Result<Json> answer = handler(world_, region, request);
    outbox_.Deliver();
    return answer;
  }

  void Tell(const ExecutionArn& execution, const asl::Event& event) {
    if (ExecutionRecord* found = registry_.Find(execution)) life_.Tell(*found, event);
    outbox_.Deliver();
  }

  void Advance() {
    life_.Advance();
    outbox_.Deliver();
  }

  const asl::Execution* Find(const ExecutionArn& execution) const {
    const ExecutionRecord* found = registry_.Find(execution);
    return found == nullptr ? nullptr : life_.FindLive(*found);
  }

  const Registry& registry() const { return registry_; }
  Life& life() { return life_; }

 private:
  const Options options_;
  Definitions definitions_;
  Registry registry_;
  Journal journal_;
  Outbox outbox_;
  Life life_;
  World world_;
};

SfnModel::SfnModel(Options options, const Clock& clock, Random& random, TaskRunner& runner,
                   EventSink on_event, StateSink on_state)
    : impl_(std::make_unique<Impl>(std::move(options), clock, random, runner, std::move(on_event),
                                   std::move(on_state))) {}

SfnModel::~SfnModel() = default;

Result<Json> SfnModel::Call(const Region& region, std::string_view operation, const Json& request) {
  return impl_->Call(region, operation, request);
}

void SfnModel::OnTaskAnswered(const ExecutionArn& execution, asl::ActivityId task, Json output) {
  impl_->Tell(execution, asl::TaskAnswered{task, std::move(output)});
}

void SfnModel::OnTaskErred(const ExecutionArn& execution, asl::ActivityId task, std::string error,
                           std::string cause) {
  impl_->Tell(execution, asl::TaskErred{task, std::move(error), std::move(cause)});
}

void SfnModel::Advance() { impl_->Advance(); }

std::optional<WallTime> SfnModel::NextDue() const { return impl_->registry().NextDue(); }

const asl::Execution* SfnModel::Find(const ExecutionArn& execution) const {
  return impl_->Find(execution);
}

std::vector<ExecutionArn> SfnModel::Running() const { return impl_->registry().Running(); }

std::vector<Document> SfnModel::TakeChanges() { return impl_->life().TakeChanges(); }

void SfnModel::PutBackChanges(std::vector<Document> taken) {
  impl_->life().PutBackChanges(std::move(taken));
}

Result<void> SfnModel::Restore(const DocumentStore& store) { return impl_->life().Restore(store); }

}  // namespace ecm::sfn_model
