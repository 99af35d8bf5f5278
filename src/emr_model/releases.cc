#include "emr_model/releases.h"

#include <cstdio>
#include <cstdlib>

namespace ecm::emr_model {

/// The bytes of data/emr/releases.json; the build generates them.
extern const std::string_view kReleasesText;

const std::vector<Release>& KnownReleases() {
  static const std::vector<Release> kReleases = [] {
    const Result<Json> document = ParseJson(kReleasesText);
    if (!document.has_value()) {  // a broken build
      std::fprintf(stderr, "%s\n", document.error().message.c_str());
      std::abort();
    }
    std::vector<Release> releases;
    for (const Json& release : FindArray(*document, "releases")) {
      releases.push_back({StringOr(release, "label"), FindArray(release, "applications")});
    }
    return releases;
  }();
  return kReleases;
}

}  // namespace ecm::emr_model
