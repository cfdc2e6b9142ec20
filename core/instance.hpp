#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "admin/facts.hpp"
#include "backends/registry.hpp"
#include "config.hpp"
#include "gateway/gateway.hpp"
#include "gateway/sibling.hpp"
#include "media/fetcher.hpp"
#include "media/links.hpp"
#include "media/proxy.hpp"
#include "media/upload_service.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/loop.hpp"
#include "net/pressure.hpp"
#include "network_picture.hpp"
#include "xmpp/connection.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/link.hpp"

namespace dragoman {

/// What strangers reach, and what the networks share of it. All of it outlives them.
struct PublicHttp {
  net::HttpServer* server = nullptr;  ///< nullptr: there is no [http]
  const HttpEntry& http;
  const MediaEntry& media;
};

/// The parts of one [[network]], wired: network <- gateway -> link <- connection.
class Instance {
 public:
  /// Reads the network's own table (problems go to its settings) and builds the network. `network()` is null when the
  /// table has mistakes. An admin calls `quit`, to end the whole program; true: it is to be started again.
  Instance(NetworkEntry entry, net::Loop& loop, Random& random, std::function<void(bool)> quit);
  ~Instance();

  bool usable() const { return network_ != nullptr; }
  const std::string& jid() const { return entry_.jid; }
  /// Of a usable one.
  chat::Network& network() { return *network_; }
  /// Rooms of other XMPP services, in which addresses of ours speak (backends/muc): for bridges. Once it was started.
  chat::Network& rooms_elsewhere() { return *elsewhere_; }
  /// What a room of another XMPP service says about itself (XEP-0045 6.4), asked in the name of this domain; `answered`
  /// is called once at most. Once it was started.
  void ask_room(const std::string& room, std::function<void(Result<xmpp::DiscoInfo>)> answered);
  /// To the XMPP server's own service, in the name of this domain. Once it was started.
  media::Uploader& uploader() { return *uploads_; }
  /// "irc.example.org: connected", or why it is not. Once it was started.
  std::string state() const { return entry_.jid + ": " + link_text(); }
  /// Called after each change of state(); given before start().
  void on_state(std::function<void()> changed) { state_changed_ = std::move(changed); }
  /// Not connected to the XMPP server, or with a connection that answers.
  bool healthy() const { return !link_->overdue(); }
  /// Admins may ask for a link to the status page with this; given before start().
  void offer_page(std::function<std::string(const std::string& admin)> link) { page_link_ = std::move(link); }
  /// For the status page and for who counts; once it was started.
  admin::NetworkFacts facts() const;
  /// Whether this bare JID is an admin of it.
  bool has_admin(const std::string& jid) const;
  /// Says something to its admins, in a chat; they may be away.
  void tell_admins(const std::string& text);
  /// The same to one person.
  void tell(const std::string& person, const std::string& text);
  /// What the operator's words work with. Once it was started.
  gateway::Context& context() { return gateway_->context(); }
  /// What the others tell of this one.
  gateway::Sibling describe() const;
  /// `key`: a secret of this installation, the same at every start. `siblings`: the other instances, later on.
  /// `log`: what the operator may change about it.
  void start(const net::Endpoint& server, store::Store& store, const std::string& key, LogControl& log,
             const PublicHttp& strangers, std::function<std::vector<gateway::Sibling>()> siblings,
             gateway::commands::BridgeDesk& bridges);
  /// Applies a later version of its [[network]] while it runs; `newer` was built from that and never started. People
  /// stay connected; the stream to the XMPP server is made anew when its secret or address has changed. False: the
  /// network cannot change that way, it has to be ended and `newer` started; nothing was changed then.
  bool take_configuration(Instance& newer, const net::Endpoint& server);
  const NetworkEntry& entry() const { return entry_; }
  /// Says goodbye, closes the stream in order, waits for all other connections to end, then calls `stopped`.
  void stop(std::function<void()> stopped);

 private:
  /// The connection to the XMPP server, and what the foreign server makes of us, in words.
  std::string link_text() const;
  void await_connections();
  bool idle() const;
  /// What the network gets of the listener, and of files.
  void offer_http(const PublicHttp& strangers, const std::string& key);
  Result<void> add_route(net::HttpRoute route);
  /// As configured, with the network's own picture where the operator gave none.
  gateway::Policy policy() const;
  void follow_look();

  NetworkEntry entry_;
  net::Endpoint server_;
  net::Loop& loop_;
  Random& random_;
  net::Pressure pressure_;
  Timer goodbye_, look_;
  std::function<void()> stopped_;
  std::function<void(bool)> quit_;
  std::function<void()> state_changed_;
  std::function<std::string(const std::string&)> page_link_;
  backends::Services services_;
  std::unique_ptr<net::PooledHttpClient> http_, upload_http_;
  std::unique_ptr<media::Fetcher> fetcher_;
  std::unique_ptr<NetworkPicture> picture_;  // nullptr before the start
  net::HttpServer* public_ = nullptr;        // nullptr: there is no [http], and none of the next
  std::unique_ptr<media::Links> links_;
  std::unique_ptr<media::Proxy> proxy_;
  std::vector<std::string> paths_;  // of our routes
  std::unique_ptr<chat::Network> network_;
  std::unique_ptr<xmpp::Link> link_;
  std::unique_ptr<chat::Network> elsewhere_;
  std::unique_ptr<media::UploadService> uploads_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<xmpp::Connection> connection_;
};

/// "dragoman 0.1.0"
std::string software();

}  // namespace dragoman
