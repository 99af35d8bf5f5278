#include "local_stack/functions.h"

#include <boost/asio/post.hpp>
#include <memory>

#include "lifecycle/handlers.h"

namespace ecm::local_stack {

namespace asio = boost::asio;

void Functions::Drain() {
  while (in_flight_ > 0) {
    io_.restart();
    io_.run_one();
  }
}

Result<void> Functions::Invoke(const std::string& function, const Region& region, Json event,
                               Done done) {
  const lifecycle::Handler handler = lifecycle::FindHandler(function);
  if (handler == nullptr) {
    return Fail(ErrorKind::kNotFound, "there is no function " + function,
                "Lambda.ResourceNotFoundException");
  }
  const auto answer = std::make_shared<Result<Json>>();
  Run([handler, ports = make_ports_(region), event = std::move(event),
       answer]() mutable { *answer = handler(event, ports); },
      [done = std::move(done), answer] { done(std::move(*answer)); });
  return {};
}

void Functions::Run(std::function<void()> work, std::function<void()> done) {
  ++in_flight_;
  asio::post(pool_, [this, work = std::move(work), done = std::move(done)] {
    work();
    asio::post(io_, [this, done] {
      --in_flight_;
      done();
    });
  });
}

}  // namespace ecm::local_stack
