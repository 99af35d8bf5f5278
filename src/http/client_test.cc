#include "http/client.h"

#include <gtest/gtest.h>

#include "env/real/real_env.h"
#include "http/testing/raw_peer.h"

namespace ecm::http {
namespace {

TEST(HttpTransportTest, AsksAndKeepsTheConnection) {
  RunningServer server([](const Request& request) {
    return Response{200, {{"X-Method", request.method}}, request.target + request.body};
  });
  const SystemClock clock;
  const auto http = MakeHttpTransport({}, clock);
  HttpRequest request{.origin = {.tls = false, .host = "localhost", .port = server.port()},
                      .target = "/a?b",
                      .headers = {{"X-A", "b"}},
                      .body = "body"};
  for (int i = 0; i < 3; ++i) {
    const auto response = http->Send(request);
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(response->body, "/a?bbody");
    EXPECT_EQ(response->Header("x-method"), "POST");
  }
}

}  // namespace
}  // namespace ecm::http
