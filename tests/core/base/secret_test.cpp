#include "base/secret.hpp"

#include <concepts>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "base/log.hpp"

namespace dragoman {
namespace {

template <class T>
concept printable = requires(std::ostream& stream, const T& value) {
  stream << value;
};
template <class T>
concept loggable = requires(log::Line& line, const T& value) {
  line.add("key", value);
};

static_assert(printable<std::string> && loggable<std::string>);
static_assert(!printable<Secret<std::string>>);
static_assert(!loggable<Secret<std::string>>);
static_assert(!std::equality_comparable<Secret<std::string>>);
static_assert(!std::convertible_to<Secret<std::string>, std::string>);
static_assert(!std::convertible_to<std::string, Secret<std::string>>);

TEST(Secret, IsSeenOnlyWhereItIsRevealed) {
  const Secret<std::string> password{"hunter2"};
  EXPECT_EQ(password.reveal(), "hunter2");
  EXPECT_FALSE(password.empty());
  EXPECT_TRUE(Secret<std::string>{}.empty());
}

}  // namespace
}  // namespace dragoman
