#include "media/paste_store.hpp"

#include "support/fake_store.hpp"
#include "support/loop_test.hpp"

// Long texts in the store of the gateway itself.

namespace dragoman::media {
namespace {

using namespace std::chrono_literals;

const std::string gateway_url = "https://gateway.test";

struct PasteStoreTest : test::LoopTest {
  Timers timers{clock};
  test::FakeStore store;
  Links links{clock, {gateway_url, "pastes", "a secret of this installation", 24h}};
  PasteStore::Limits limits{24h, 100, 60};
  std::unique_ptr<PasteStore> pastes = std::make_unique<PasteStore>(store, timers, links, limits);

  Result<std::string> put(const std::string& text) {
    std::optional<Result<std::string>> answer;
    pastes->upload({"message.txt", "text/plain; charset=utf-8", text},
                   [&answer](Result<std::string> url) { answer = std::move(url); });
    EXPECT_FALSE(answer) << "never from inside upload()";
    timers.run(clock.now());
    EXPECT_TRUE(answer);
    return answer ? *answer : failure(Fault::unavailable, "no answer");
  }
  /// What somebody reads who follows the link, from this byte on; the fault as a word when there is nothing.
  std::string read(const std::string& url, std::uint64_t offset = 0) {
    const std::size_t begin = gateway_url.size() + links.path().size(), question = url.find('?');
    const auto opened = links.open(url.substr(begin, question - begin), url.substr(question + 1));
    if (!opened) return std::string{to_string(opened.error().fault)};
    auto text = result_of<Result<std::string>>([&]() -> net::Task<Result<std::string>> {
      const Wanted wanted{offset};
      auto incoming = co_await pastes->open(opened->file.id, wanted);
      if (!incoming) co_return incoming.error();
      co_return co_await (*incoming)->read();
    });
    return text ? *text : std::string{to_string(text.error().fault)};
  }
};

TEST_F(PasteStoreTest, ATextIsBehindItsLinkAlsoAfterARestart) {
  const auto url = put("a\nb\n");
  ASSERT_TRUE(url) << url.error().text;
  EXPECT_TRUE(url->starts_with("https://gateway.test/media/pastes/")) << *url;
  EXPECT_EQ(read(*url), "a\nb\n");
  EXPECT_EQ(read(*url, 2), "b\n");
  EXPECT_EQ(read(*url, 5), "unacceptable");
  pastes = std::make_unique<PasteStore>(store, timers, links, limits);
  EXPECT_EQ(read(*url), "a\nb\n");
}

TEST_F(PasteStoreTest, TheSameTextIsKeptOnce) {
  EXPECT_EQ(*put("the same"), *put("the same"));
  EXPECT_EQ(store.values.size(), 1U);
}

TEST_F(PasteStoreTest, WhatIsTooLargeIsNotKept) {
  const auto url = put(std::string(61, 'x'));
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().fault, Fault::too_long);
  EXPECT_TRUE(store.values.empty());
}

TEST_F(PasteStoreTest, TheOldestGoWhenThereIsNoRoom) {
  const auto first = put(std::string(60, 'a'));
  clock.advance(1s);
  const auto second = put(std::string(60, 'b'));
  EXPECT_EQ(read(*first), "not_found");
  EXPECT_EQ(read(*second), std::string(60, 'b'));
}

TEST_F(PasteStoreTest, WhatIsOldGoesAtTheNextStart) {
  static_cast<void>(put("old"));
  clock.advance(24h);
  pastes = std::make_unique<PasteStore>(store, timers, links, limits);
  EXPECT_TRUE(store.values.empty());
}

}  // namespace
}  // namespace dragoman::media
