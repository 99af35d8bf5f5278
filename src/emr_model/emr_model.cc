#include "emr_model/emr_model.h"

#include <map>
#include <utility>

#include "base/text.h"
#include "emr_model/emr_service_model.h"
#include "emr_model/errors.h"
#include "emr_model/life.h"
#include "emr_model/operations/operations.h"
#include "emr_model/outbox.h"
#include "emr_model/registry.h"
#include "emr_model/restore.h"

namespace ecm::emr_model {
namespace {

constexpr std::string_view kAccountKind = "emr_account";

}  // namespace

class EmrModel::Impl {
 public:
  Impl(Options options, const Clock& clock, Random& random, StepRunner& runner, EventSink on_event)
      : options_(std::move(options)),
        clock_(clock),
        registry_(KeepsChanges(), options_.store),
        outbox_(runner, std::move(on_event)),
        life_(options_, clock, random, registry_, outbox_),
        world_{options_, clock, random, registry_, life_, settings_} {}

  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) {
    const Operation handler = FindOperation(operation);
    if (handler == nullptr) return UnknownOperation(operation);
    ECM_TRY_VOID(EmrServiceModel().CheckRequest(operation, request));
    registry_.Tidy(clock_.Wall());
    registry_.MarkFound(!ChangesNothing(operation));
    Result<Json> answer = handler(world_, region, request);
    outbox_.Deliver();
    return answer;
  }

  std::vector<Document> TakeChanges() {
    std::vector<Document> taken = registry_.TakeChanges();
    if (!KeepsChanges()) return taken;
    for (const auto& [region, settings] : settings_) {
      const Json body = settings.ToJson();
      if (std::exchange(taken_settings_[region], body) == body) continue;
      taken.push_back({std::string(kAccountKind), region.str(), body});
    }
    return taken;
  }

  void PutBackChanges() {
    registry_.PutBackChanges();
    taken_settings_.clear();
  }

  Result<void> RestoreClusters(const DocumentStore& store) {
    ECM_TRY(StoredClusters stored, LoadClusters(store, options_.store != nullptr));
    registry_.Restore(std::move(stored));
    return {};
  }

  Result<void> RestoreSettings(const DocumentStore& store) {
    ECM_TRY(const std::vector<Document> documents, store.Load(kAccountKind));
    for (const Document& document : documents) {
      Result<RegionSettings> settings = RegionSettings::FromJson(document.body);
      if (!settings.has_value()) {
        return Fail(ErrorKind::kInternal,
                    ToOneLine("the document " + document.kind + " " + document.id +
                              " cannot be read: " + settings.error().message));
      }
      const Region region(document.id);
      taken_settings_[region] = settings->ToJson();
      settings_[region] = *std::move(settings);
    }
    return {};
  }

  Registry& registry() { return registry_; }
  Life& life() { return life_; }
  void Deliver() { outbox_.Deliver(); }

 private:
  bool KeepsChanges() const { return options_.keep_changes || options_.store != nullptr; }

  const Options options_;
  const Clock& clock_;
  Registry registry_;
  Outbox outbox_;
  Life life_;
  AccountSettings settings_;
  std::map<Region, Json> taken_settings_;  ///< as they were taken last
  World world_;
};

EmrModel::EmrModel(Options options, const Clock& clock, Random& random, StepRunner& runner,
                   EventSink on_event)
    : impl_(
          std::make_unique<Impl>(std::move(options), clock, random, runner, std::move(on_event))) {}

EmrModel::~EmrModel() = default;

Result<Json> EmrModel::Call(const Region& region, std::string_view operation, const Json& request) {
  return impl_->Call(region, operation, request);
}

void EmrModel::OnStepExit(const ClusterId& cluster, const StepId& step, const StepExit& exit) {
  impl_->life().OnStepExit(cluster, step, exit);
  impl_->Deliver();
}

void EmrModel::OnBootstrapExit(const ClusterId& cluster, const BootstrapExit& exit) {
  impl_->life().OnBootstrapExit(cluster, exit);
  impl_->Deliver();
}

void EmrModel::OnStepWaits(const ClusterId& cluster, const StepId& step, std::string message) {
  impl_->life().OnStepWaits(cluster, step, std::move(message));
}

void EmrModel::Advance() {
  impl_->life().Advance();
  impl_->Deliver();
}

std::optional<WallTime> EmrModel::NextDue() const { return impl_->registry().NextDue(); }

void EmrModel::LosePrimary(const ClusterId& cluster) {
  if (ClusterRecord* found = impl_->registry().FindToChange(cluster))
    impl_->life().LosePrimary(*found);
  impl_->Deliver();
}

void EmrModel::LoseAll() {
  for (const ClusterId& id : impl_->registry().Live()) {
    impl_->life().EndNow(*impl_->registry().FindToChange(id));
  }
  impl_->Deliver();
}

void EmrModel::FailProvisioning(const ClusterId& cluster, std::string_view reason_code,
                                std::string_view message) {
  if (ClusterRecord* found = impl_->registry().FindToChange(cluster)) {
    impl_->life().FailProvisioning(*found, {std::string(reason_code), std::string(message)});
  }
  impl_->Deliver();
}

std::size_t EmrModel::ClustersInMemory() const { return impl_->registry().ClustersInMemory(); }

std::vector<ClusterId> EmrModel::LiveClusters() const { return impl_->registry().Live(); }

std::vector<Region> EmrModel::Regions() const { return impl_->registry().Regions(); }

std::vector<Document> EmrModel::TakeChanges() { return impl_->TakeChanges(); }

void EmrModel::PutBackChanges() { impl_->PutBackChanges(); }

Result<void> EmrModel::Restore(const DocumentStore& store) {
  Registry& registry = impl_->registry();
  if (!registry.IsEmpty()) {
    return Fail(ErrorKind::kInternal, "a model that has clusters cannot be restored into");
  }
  ECM_TRY_VOID(impl_->RestoreSettings(store));
  ECM_TRY_VOID(impl_->RestoreClusters(store));
  // Others hear of it with the next call: they may have to be restored themselves first.
  for (const ClusterId& id : registry.Live()) impl_->life().Resume(*registry.FindToChange(id));
  return {};
}

}  // namespace ecm::emr_model
