#pragma once

#include <string>
#include <utility>
#include <vector>

#include "admin/facts.hpp"
#include "support/fake_store.hpp"
#include "support/fixed_random.hpp"
#include "support/loop_test.hpp"

namespace dragoman::test {

inline gateway::SessionOverview make_session(std::string person, gateway::SessionOverview::State state,
                                             std::string text = {}) {
  gateway::SessionOverview session;
  session.person = std::move(person);
  session.state = state;
  session.text = std::move(text);
  return session;
}

inline gateway::RoomOverview make_room(std::string address, std::string person,
                                       gateway::RoomOverview::State state = gateway::RoomOverview::State::joined) {
  gateway::RoomOverview room;
  room.address = std::move(address);
  room.person = std::move(person);
  room.state = state;
  return room;
}

/// One network, irc.test, that the test changes, and whatever else the admin pages ask.
class AdminTest : public LoopTest {
 protected:
  AdminTest() {
    network.overview.jid = "irc.test";
    network.overview.kind = "irc";
    network.overview.name = "TestNet";
    network.overview.link_up = true;
    network.link_text = "connected";
  }
  admin::Facts facts() {
    return {loop,
            random,
            store,
            "dragoman 1.2.3",
            [this] { return std::vector<admin::NetworkFacts>{network}; },
            [this](const std::string& jid) { return jid == admin; },
            [this] { return config; },
            [this] { return strangers; }};
  }

  FixedRandom random;
  FakeStore store;
  admin::NetworkFacts network;
  std::string admin = "root@test";
  admin::ConfigFacts config;
  std::optional<net::HttpServer::Counts> strangers;
};

}  // namespace dragoman::test
