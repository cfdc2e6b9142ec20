#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/timers.hpp"
#include "tests/support/fixed_random.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/xml.hpp"
#include "xmpp/link.hpp"

namespace dragoman::test {

/// Where a Link writes to in a test.
class StringOutput final : public xmpp::LinkOutput {
 public:
  std::string& buffer() override { return text; }
  void touch() override { ++touched; }
  std::size_t backlog() const override { return backlog_bytes; }

  std::string text;
  int touched = 0;
  std::size_t backlog_bytes = 0;
};

/// A Link on its own with a clock that the test moves: the server is the test.
///
///   LinkScript link;                                  // irc.example.org, up
///   link.server_says("<iq type='get' .../>");
///   link.we_say("<iq type='error' ...>...</iq>");
class LinkScript {
 public:
  explicit LinkScript(std::string_view domain = "irc.example.org") : link(*xmpp::Jid::parse(domain), timers, random) {
    link.on_stanza(
        [this](const xmpp::Element& stanza, const xmpp::Jid&, const xmpp::Jid&) { handled.push_back(stanza); });
    link.attach(output);
  }

  void server_says(std::string_view stanza) { link.receive(xml(stanza)); }
  void time_passes(Duration by) {
    clock.advance(by);
    timers.run(clock.now());
  }
  /// Everything that was written since the last time, compared as trees.
  void we_say(std::string_view expected) {
    const std::string said = std::exchange(output.text, {});
    EXPECT_EQ(xml("<all>" + said + "</all>"), xml("<all>" + std::string{expected} + "</all>")) << said;
  }
  void we_say_nothing() { EXPECT_EQ(std::exchange(output.text, {}), ""); }
  /// The one stanza that was written since the last time.
  xmpp::Element said() { return xml(std::exchange(output.text, {})); }

  ManualClock clock;
  FixedRandom random;
  Timers timers{clock};
  StringOutput output;
  std::vector<xmpp::Element> handled;
  xmpp::Link link;
};

}  // namespace dragoman::test
