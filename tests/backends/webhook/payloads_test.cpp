#include <filesystem>

#include <gtest/gtest.h>

#include "backends/webhook/read_postings.hpp"
#include "support/webhook_posting.hpp"

// What products send, as their documentation has it, and what people read: payloads/NAME.http and NAME.txt.
namespace dragoman::backends::webhook::payloads_test {
namespace {

const std::filesystem::path folder{WEBHOOK_PAYLOADS};

std::vector<std::string> payload_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() == ".http") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class WebhookPayload : public ::testing::TestWithParam<std::string> {};

/// The format as it is detected, and the posting.
std::string told(const Request& request, std::optional<Format> forced) {
  std::string out = "format: " + std::string{name_of(detect(request))} + '\n';
  const auto postings = read_postings(request, forced, {});
  if (!postings) return out + "error: " + postings.error().text + '\n';
  if (postings->empty()) return out + "nothing\n";
  for (const Posting& posting : *postings) out += webhook_test::show(posting);
  return out;
}

TEST_P(WebhookPayload, IsToldAsItsPageSays) {
  const std::string path = (folder / GetParam()).string();
  const Request request = webhook_test::read_request(webhook_test::read_file(path + ".http"));
  EXPECT_EQ(told(request, std::nullopt), webhook_test::read_file(path + ".txt"));
  EXPECT_EQ(told(request, detect(request)), webhook_test::read_file(path + ".txt"))
      << "the same when the format is forced";
}

/// Whatever is missing at the end, it is told or refused, and fit for XMPP.
TEST_P(WebhookPayload, IsReadOrRefusedWhereverItEnds) {
  const Request whole = webhook_test::read_request(webhook_test::read_file((folder / GetParam()).string() + ".http"));
  for (std::size_t size = 0; size < whole.body.size(); size += 7) {
    Request part = whole;
    part.body.resize(size);
    const auto postings = read_postings(part, std::nullopt, {});
    if (!postings) continue;
    for (const Posting& posting : *postings) {
      EXPECT_EQ(text::without_controls(posting.content.text, true), posting.content.text);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Webhook, WebhookPayload, ::testing::ValuesIn(payload_names()),
                         [](const auto& each) { return each.param; });

TEST(WebhookSamples, OfEveryFormatAreDetectedAndSaySomething) {
  for (const Format format : all_formats()) {
    const Request request = sample_request(format);
    EXPECT_EQ(name_of(detect(request)), name_of(format));
    const auto postings = read_postings(request, format, {});
    ASSERT_TRUE(postings) << name_of(format) << ": " << postings.error().text;
    ASSERT_EQ(postings->size(), 1) << name_of(format);
    EXPECT_FALSE(postings->front().content.text.empty()) << name_of(format);
  }
}

TEST(WebhookFormats, HaveNamesThatAreReadAgain) {
  for (const Format format : all_formats()) EXPECT_EQ(format_named(name_of(format)), format);
  EXPECT_EQ(format_named("Gitea"), Format::forgejo);
  EXPECT_FALSE(format_named("carrier pigeon"));
}

}  // namespace
}  // namespace dragoman::backends::webhook::payloads_test
