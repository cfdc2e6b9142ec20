#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backends/portal_desk.hpp"
#include "base/gate.hpp"
#include "base/timers.hpp"
#include "bridge_links.hpp"
#include "made_bridges.hpp"
#include "xmpp/disco.hpp"

namespace dragoman {

/// Whether a room is one that everybody may find and enter, by what it says about itself (XEP-0045 6.4): no password,
/// not for members only, not hidden. Faults as backends::PortalDesk::open.
Result<void> is_public_room(const xmpp::DiscoInfo& info);

/// Rooms of XMPP that people of a network ask for by a name ("portals"): the room is asked what it is, the bot enters
/// it as anybody may, and when the network has made a room for it the two are a bridge made at runtime.
class Portals {
 public:
  /// What they need of the bridges of the program.
  class Host : public BridgeLinks::Host {
   public:
    /// Whether a bridge of the file, or one that was made, has an XMPP room and a room of this network.
    virtual bool is_tied(const std::string& xmpp_room, const bridge::LegPlan& other) const = 0;

   protected:
    ~Host() = default;
  };
  /// Asks a room about itself (disco#info) in the name of this domain of ours; `answered` is called once at most.
  using AskRoom = std::function<void(const std::string& network, const std::string& room,
                                     std::function<void(Result<xmpp::DiscoInfo>)> answered)>;

  Portals(Timers& timers, Gate& gate, Host& host, AskRoom ask_room);
  ~Portals();
  Portals(const Portals&) = delete;
  Portals& operator=(const Portals&) = delete;

  /// A network that may make portals, before it is started; and when it is told to stop.
  void add(const std::string& jid, chat::Network& network);
  void network_goes(const std::string& jid);

  /// How a room of a bridge has changed that waits.
  void changed() { soon_.arm(); }
  /// The bridges of the file or the networks are others: what they leave no room for ends.
  void check_again();
  /// Of all that are being made, with both rooms.
  std::vector<bridge::Plan> plans() const;
  bool has(const std::string& name) const;
  /// A bridge was removed that was made at runtime, or a room of it.
  void removed(const MadeBridges::Made& before, bool by_moderators);

 private:
  class Desk;
  struct Open;
  /// Why a room was refused lately, and until when that is not asked anew.
  struct Refused {
    Error why;
    Instant until{};
  };

  void open(const std::string& network, const backends::Portal& portal, backends::PortalDesk::Opened opened);
  Result<void> tie(const std::string& network, const backends::Portal& portal);
  void give_up(const std::string& network, const backends::Portal& portal);
  Result<MadeBridges::Made> define(const std::string& network, const backends::Portal& portal) const;
  void room_answered(const std::string& name, const Result<xmpp::DiscoInfo>& info);
  void go_on();
  /// How far it is now; an error ends it.
  Result<void> look_at(Open& open);
  void refuse(std::unique_ptr<Open> open, const Error& why);
  std::unique_ptr<Open> take(const std::string& network, const backends::Portal& portal);
  void wake_at_the_next();

  Timers& timers_;
  Host& host_;
  AskRoom ask_room_;
  std::map<std::string, std::unique_ptr<Desk>> desks_;  // by the domain of the network
  std::vector<std::unique_ptr<Open>> open_;
  std::map<std::string, Refused> refused_;  // by XMPP room
  Gate::Hook soon_;
  Timer next_;
};

}  // namespace dragoman
