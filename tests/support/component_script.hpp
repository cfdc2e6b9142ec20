#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"
#include "xmpp/component_stream.hpp"

namespace dragoman::test {

/// A conversation of a component with its server, step by step; every step says all that happens in it.
///
///   ComponentScript component{"irc.example.org", "s3cret"};
///   component.connects();
///   component.we_say("<?xml version='1.0'?><stream:stream ...>");
///   component.server_says("<stream:stream ... id='7'>");
///   component.we_say("<handshake>...</handshake>");
class ComponentScript {
 public:
  using Stream = xmpp::ComponentStream;

  explicit ComponentScript(std::string domain = "irc.example.org", std::string secret = "s3cret")
      : stream_(std::move(domain), Secret<std::string>{std::move(secret)}) {}

  void connects() { stream_.on_connected(sent_); }
  void server_says(std::string_view bytes) { stream_.on_bytes(bytes, sent_, outputs_); }
  void server_closes() { stream_.on_closed(outputs_); }
  void we_finish() { stream_.finish(sent_); }

  /// What was sent since the last we_say is exactly this.
  void we_say(std::string_view expected) { EXPECT_EQ(std::exchange(sent_, {}), expected); }
  void we_say_nothing() { we_say(""); }
  std::string what_we_said() { return std::exchange(sent_, {}); }

  void is_ready() {
    EXPECT_NE(take<Stream::Ready>(), nullptr) << "not ready";
    EXPECT_EQ(stream_.state(), Stream::State::ready);
  }
  void gets(std::string_view stanza) {
    const auto got = take<Stream::Stanza>();
    ASSERT_NE(got, nullptr) << "no stanza, expected " << stanza;
    EXPECT_EQ(got->element, xml(stanza));
    last_end_ = got->end_offset;
  }
  /// The stream failed; the rest is for the test to look at.
  Stream::Failed fails() {
    const auto failed = take<Stream::Failed>();
    EXPECT_NE(failed, nullptr) << "did not fail";
    EXPECT_EQ(stream_.state(), Stream::State::failed);
    return failed == nullptr ? Stream::Failed{} : *failed;
  }
  void nothing_happens() { EXPECT_TRUE(outputs_.empty()); }

  /// Up to a ready stream.
  void logs_in() {
    connects();
    server_says(header);
    sent_.clear();
    server_says("<handshake/>");
    is_ready();
  }

  std::uint64_t last_end() const { return last_end_; }
  Stream& stream() { return stream_; }

  static constexpr std::string_view header =
      "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams' from='irc.example.org' id='3BF96D32'>";

 private:
  template <class Wanted>
  std::unique_ptr<Wanted> take() {
    if (outputs_.empty() || !std::holds_alternative<Wanted>(outputs_.front())) return nullptr;
    auto taken = std::make_unique<Wanted>(std::get<Wanted>(std::move(outputs_.front())));
    outputs_.erase(outputs_.begin());
    return taken;
  }

  Stream stream_;
  std::string sent_;
  std::vector<Stream::Output> outputs_;
  std::uint64_t last_end_ = 0;
};

}  // namespace dragoman::test
