#include "base/delivery_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <vector>

namespace ecm {
namespace {

using testing::ElementsAre;

TEST(DeliveryQueueTest, KeepsTheOrderAlsoOfWhatArisesMeanwhile) {
  DeliveryQueue<int> queue;
  std::vector<int> told;
  const std::function<void()> deliver = [&] {
    queue.Deliver([&](int item) {
      told.push_back(item);
      if (item >= 10) return;
      queue.Add(item * 10);
      deliver();  // a listener that calls the owner
      told.push_back(-item);
    });
  };
  queue.Add(1);
  queue.Add(2);
  deliver();
  EXPECT_THAT(told, ElementsAre(1, -1, 2, -2, 10, 20));
}

TEST(DeliveryQueueTest, GoesOnAfterAListenerThrew) {
  DeliveryQueue<int> queue;
  queue.Add(1);
  queue.Add(2);
  EXPECT_THROW(queue.Deliver([](int) { throw std::runtime_error("crash"); }), std::runtime_error);
  std::vector<int> told;
  queue.Deliver([&](int item) { told.push_back(item); });
  EXPECT_THAT(told, ElementsAre(2));
}

}  // namespace
}  // namespace ecm
