#include "gateway/pictures.hpp"

#include "base/text.hpp"
#include "support/gateway_script.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/pubsub.hpp"

// Pictures of people and rooms (XEP-0084, XEP-0153, XEP-0398, XEP-0486), and those of the gateway's own users.

namespace dragoman::gateway::pictures_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};
const chat::PersonId bob{"bob"};
const std::string update_ns = "vcard-temp:x:update", event_ns = "http://jabber.org/protocol/pubsub#event";
const std::string png = std::string{"\x89PNG\r\n\x1a\n", 8} + "bob in a boat";
const std::string png_hash = xmpp::make_avatar(png)->id;

std::string iq(const std::string& to, const std::string& payload) {
  return "<iq from='alice@test/home' to='" + to + "' type='get' id='q'>" + payload + "</iq>";
}
std::string items(const std::string& node, const std::string& more = {}) {
  return "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='" + node + "'" + more + "/></pubsub>";
}
std::string condition(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  const auto* found = error == nullptr ? nullptr : error->first_element();
  return found == nullptr ? "no error" : found->name;
}
/// The hash in a presence: "none" where the element says that there is no picture, "?" where it is missing.
std::string hash_in(const xmpp::Element& presence) {
  const auto* update = presence.child("x", update_ns);
  if (update == nullptr) return "?";
  const std::string hash = update->child_text("photo", update_ns);
  return hash.empty() ? "none" : hash;
}
const xmpp::Element* item(const xmpp::Element& stanza, const std::string& outer, const std::string& ns) {
  const auto* found = stanza.child(outer, ns);
  found = found == nullptr ? nullptr : found->child("items", ns);
  return found == nullptr ? nullptr : found->child("item", ns);
}
chat::PersonChanged called(const std::string& picture) {
  chat::PersonChanged changed{bob, {}};
  changed.profile.picture = picture;
  return changed;
}
/// alice@test/home has bob as a contact, is connected to a network with pictures, and sees that bob is there.
void befriends(GatewayScript& script) {
  script.network->can(chat::Feature::pictures);
  script.xmpp_sends("<presence from='alice@test' to='bob@irc.test' type='subscribe'/>");
  script.xmpp_sends("<presence from='alice@test/home' to='bob@irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::PresenceChanged{bob, chat::Availability::available, {}});
  script.written();
}
/// The network sends the picture that was asked for last.
void picture_comes(GatewayScript& script, const std::string& bytes = png) {
  script.network_says(chat::Done{script.command<chat::GetPicture>().first, chat::Picture{bytes}});
}

TEST(Pictures, OfAContactStandInItsPresenceWhenTheyHaveCome) {
  GatewayScript script;
  befriends(script);
  script.network_says(called("p1"));
  EXPECT_TRUE(script.written().empty()) << "it is not known yet what it is";
  EXPECT_EQ(script.command<chat::GetPicture>().second.picture, "p1");
  script.network_says(chat::PresenceChanged{bob, chat::Availability::away, {}});
  EXPECT_EQ(hash_in(script.only()), "?");
  picture_comes(script);
  EXPECT_EQ(hash_in(script.only()), png_hash);
  script.network_says(called("p1"));
  EXPECT_TRUE(script.written().empty()) << "nothing is new";
  EXPECT_EQ(script.count<chat::GetPicture>(), 1U);
  script.network_says(called({}));
  EXPECT_EQ(hash_in(script.only()), "none");
}

TEST(Pictures, AreGotOnceForEverybodyWhoSeesThem) {
  GatewayScript script;
  befriends(script);
  script.network_says(called("p1"));
  picture_comes(script);
  script.written();
  script.xmpp_sends("<presence from='carol@test' to='bob@irc.test' type='subscribe'/>");
  script.xmpp_sends("<presence from='carol@test/home' to='bob@irc.test'/>");
  script.network_says(chat::Ready{"carol", {}});
  script.written();
  script.network_says(chat::PresenceChanged{bob, chat::Availability::available, {}});
  EXPECT_EQ(hash_in(script.only()), png_hash);
  EXPECT_EQ(script.count<chat::GetPicture>(), 1U);
}

TEST(Pictures, ThatCannotBeHadAreNone) {
  GatewayScript script;
  befriends(script);
  script.network_says(called("p1"));
  picture_comes(script, "<svg/>");
  EXPECT_TRUE(script.written().empty()) << "that there is none was said before";
  script.network_says(called("p1"));
  EXPECT_EQ(script.count<chat::GetPicture>(), 2U) << "whoever hears of it next tries again";
  script.network_says(chat::Failed{
      script.command<chat::GetPicture>().first, chat::Failed::Outcome::refused, Fault::not_found, "gone", {}});
  EXPECT_TRUE(script.written().empty());
}

TEST(Pictures, OfAContactAreInItsNodesAndCard) {
  GatewayScript script;
  befriends(script);
  script.network_says(called("p1"));
  picture_comes(script);
  script.written();
  script.xmpp_sends(iq("bob@irc.test", items("urn:xmpp:avatar:metadata", " max_items='1'")));
  const auto metadata = script.only();
  const auto* described = item(metadata, "pubsub", std::string{xmpp::ns::pubsub});
  ASSERT_NE(described, nullptr) << xmpp::to_xml(metadata);
  EXPECT_EQ(described->get("id"), png_hash);
  EXPECT_EQ(described->first_element()->child("info", xmpp::avatar_metadata_ns)->get("type"), "image/png");
  script.xmpp_sends(iq("bob@irc.test", items("urn:xmpp:avatar:data")));
  const auto data = script.only();
  EXPECT_EQ(item(data, "pubsub", std::string{xmpp::ns::pubsub})->first_element()->text(), text::to_base64(png));
  chat::Profile profile;
  profile.nickname = "bob";
  profile.picture = "p1";
  script.xmpp_sends(iq("bob@irc.test", "<vCard xmlns='vcard-temp'/>"));
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
  const auto card = script.only();
  const auto* photo = card.child("vCard", "vcard-temp")->child("PHOTO", "vcard-temp");
  ASSERT_NE(photo, nullptr);
  EXPECT_EQ(photo->child_text("BINVAL", "vcard-temp"), text::to_base64(png));
  script.xmpp_sends(iq("bob@irc.test", "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>"));
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
  const auto card4 = script.only();
  const auto* uri = card4.first_element()->child("photo", "urn:ietf:params:xml:ns:vcard-4.0");
  ASSERT_NE(uri, nullptr);
  EXPECT_EQ(uri->child_text("uri", "urn:ietf:params:xml:ns:vcard-4.0"),
            "data:image/png;base64," + text::to_base64(png));
  EXPECT_EQ(script.count<chat::GetPicture>(), 1U) << "the bytes are kept";
}

TEST(Pictures, OfAStrangerAreAskedForWithTheirProfile) {
  GatewayScript script;
  befriends(script);
  chat::Profile profile;
  profile.nickname = "dora";
  profile.picture = "p2";
  script.xmpp_sends(iq("dora@irc.test", items("urn:xmpp:avatar:data")));
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
  picture_comes(script);
  EXPECT_EQ(item(script.only(), "pubsub", std::string{xmpp::ns::pubsub})->get("id"), png_hash);
  script.xmpp_sends(iq("dora@irc.test", items("urn:xmpp:avatar:metadata")));
  profile.picture.clear();
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
  EXPECT_EQ(condition(script.only()), "item-not-found");
}

TEST(Pictures, AreNewsForClientsThatAskForThem) {
  GatewayScript script;
  befriends(script);
  const xmpp::DiscoInfo dino{{{"client", "pc", "Dino", ""}}, {"urn:xmpp:avatar:metadata+notify"}, {}};
  const std::string ver = xmpp::caps_ver(dino);
  script.xmpp_sends(
      "<presence from='alice@test/home' to='bob@irc.test'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
      "node='https://dino.im' ver='" +
      ver + "'/></presence>");
  for (const auto& each : script.written()) {
    if (each.name == "iq") script.xmpp_sends(xmpp::to_xml(xmpp::make_disco_info(each, dino)));
  }
  script.network_says(called("p1"));
  picture_comes(script);
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(hash_in(stanzas[0]), png_hash);
  EXPECT_EQ(stanzas[1].get("type"), "headline");
  EXPECT_EQ(stanzas[1].get("from"), "bob@irc.test");
  const auto* news = item(stanzas[1], "event", event_ns);
  ASSERT_NE(news, nullptr);
  EXPECT_EQ(news->get("id"), png_hash);
  EXPECT_NE(news->child("metadata", xmpp::avatar_metadata_ns)->child("info", xmpp::avatar_metadata_ns), nullptr);
  script.network_says(called({}));
  const auto gone = script.written();
  ASSERT_EQ(gone.size(), 2U) << GatewayScript::dump(gone);
  EXPECT_EQ(item(gone[1], "event", event_ns)->first_element()->first_element(), nullptr);
}

TEST(Pictures, OfOccupantsStandInTheirPresence) {
  GatewayScript script;
  script.network->can(chat::Feature::pictures);
  script.joins("alice", "#tea", {"bob", "carol"});
  script.network_says(called("p1"));
  EXPECT_EQ(script.count<chat::GetPicture>(), 1U);
  picture_comes(script);
  const auto presence = script.only();
  EXPECT_EQ(presence.get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(hash_in(presence), png_hash);
  script.xmpp_sends(
      "<presence from='alice@test/phone' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  std::vector<std::string> hashes;
  for (const auto& each : script.written()) {
    if (each.name == "presence") hashes.push_back(std::string{each.get("from").substr(13)} + ' ' + hash_in(each));
  }
  EXPECT_EQ(hashes, (std::vector<std::string>{"/bob " + png_hash, "/carol ?", "/alice ?"}));
}

TEST(Pictures, OfARoomAreInItsCardAndDescription) {
  GatewayScript script;
  script.network->can(chat::Feature::pictures);
  script.joins("alice", "#tea");
  script.network_says(chat::RoomChanged{tea, {}, {}, "p3"});
  picture_comes(script);
  const auto change = script.only();
  const auto* status = change.child("x", xmpp::ns::muc_user);
  ASSERT_NE(status, nullptr) << xmpp::to_xml(change);
  EXPECT_EQ(status->child("status", xmpp::ns::muc_user)->get("code"), "104");
  script.network_says(chat::RoomChanged{tea, {}, {}, "p3"});
  EXPECT_TRUE(script.written().empty());
  script.xmpp_sends(iq("#tea@irc.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const auto info = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
  ASSERT_FALSE(info.forms.empty());
  EXPECT_EQ(info.forms[0].value("muc#roominfo_avatarhash"), png_hash);
  script.xmpp_sends(iq("#tea@irc.test", "<vCard xmlns='vcard-temp'/>"));
  const auto card = script.only();
  const auto* photo = card.child("vCard", "vcard-temp")->child("PHOTO", "vcard-temp");
  ASSERT_NE(photo, nullptr);
  EXPECT_EQ(photo->child_text("BINVAL", "vcard-temp"), text::to_base64(png));
  script.xmpp_sends("<iq from='eve@test/x' to='#tea@irc.test' type='get' id='q'><vCard xmlns='vcard-temp'/></iq>");
  EXPECT_EQ(script.only().child("vCard", "vcard-temp")->child("PHOTO", "vcard-temp"), nullptr) << "not of the outside";
}

// What people have as their picture in XMPP.

std::string news(const std::string& info, const std::string& from = "alice@test") {
  return "<message from='" + from +
         "' to='irc.test' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
         "node='urn:xmpp:avatar:metadata'><item id='x'><metadata xmlns='urn:xmpp:avatar:metadata'>" +
         info + "</metadata></item></items></event></message>";
}
const std::string info = "<info id='" + png_hash + "' bytes='" + std::to_string(png.size()) + "' type='image/png'/>";

/// alice has an account on a network that takes pictures, and is connected.
void registers(GatewayScript& script) {
  script.network->can(chat::Feature::set_picture);
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
void data_comes(GatewayScript& script, const xmpp::Element& question, const std::string& bytes = png) {
  EXPECT_EQ(question.get("to"), "alice@test");
  const auto* wanted = item(question, "pubsub", std::string{xmpp::ns::pubsub});
  ASSERT_NE(wanted, nullptr) << xmpp::to_xml(question);
  EXPECT_EQ(wanted->get("id"), png_hash);
  script.xmpp_sends("<iq type='result' id='" + std::string{question.get("id")} +
                    "' from='alice@test' to='irc.test'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items "
                    "node='urn:xmpp:avatar:data'><item id='" +
                    png_hash + "'><data xmlns='urn:xmpp:avatar:data'>" + text::to_base64(bytes) +
                    "</data></item></items></pubsub></iq>");
}

TEST(OwnPicture, BecomesThatOnTheNetwork) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(info));
  data_comes(script, script.only());
  const auto set = script.command<chat::SetPicture>();
  EXPECT_EQ(set.second.bytes, png);
  script.network_says(chat::Done{set.first, {}});
  script.xmpp_sends(news(info));
  EXPECT_TRUE(script.written().empty()) << "the network has it: servers say it again at every login";
  script.xmpp_sends(news({}));
  EXPECT_EQ(script.count<chat::SetPicture>(), 2U);
  EXPECT_TRUE(script.command<chat::SetPicture>().second.bytes.empty());
}

TEST(OwnPicture, ThatIsSetIsRememberedAcrossARestart) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(info));
  data_comes(script, script.only());
  script.network_says(chat::Done{script.command<chat::SetPicture>().first, {}});
  script.restart();
  registers(script);
  script.xmpp_sends(news(info));
  EXPECT_TRUE(script.written().empty());
}

TEST(OwnPicture, WaitsForTheConnection) {
  GatewayScript script;
  registers(script);
  script.network_says(chat::Lost{Fault::unavailable, "away", script.clock.now() + std::chrono::seconds{1}});
  script.written();
  script.xmpp_sends(news(info));
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Ready{"alice", {}});
  const auto stanzas = script.written();
  ASSERT_FALSE(stanzas.empty());
  data_comes(script, stanzas.back());
  EXPECT_EQ(script.count<chat::SetPicture>(), 1U);
}

TEST(OwnPicture, IsOnlyWhatItsHashSays) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(info));
  data_comes(script, script.only(), png + "?");
  EXPECT_EQ(script.count<chat::SetPicture>(), 0U);
  script.xmpp_sends(news(info));
  data_comes(script, script.only());
  EXPECT_EQ(script.count<chat::SetPicture>(), 1U);
}

TEST(OwnPicture, IsNobodyElses) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(info, "alice@test/home"));  // a client claims it, not the account
  script.xmpp_sends(news(info, "carol@test"));       // nobody that we know
  script.xmpp_sends(news("<info id='x' bytes='9999999' type='image/png'/>"));
  script.xmpp_sends(news("<info id='x' bytes='9' url='https://pictures.test/x.png' type='image/png'/>"));
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.count<chat::SetPicture>(), 0U);
}

TEST(OwnPicture, IsAskedForByTheGatewaysCapabilities) {
  GatewayScript script;
  const auto asks = [&] {
    script.xmpp_sends(iq("irc.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
    const auto said = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
    return std::find(said.features.begin(), said.features.end(), "urn:xmpp:avatar:metadata+notify") !=
           said.features.end();
  };
  EXPECT_FALSE(asks());
  script.network->can(chat::Feature::set_picture);
  EXPECT_TRUE(asks());
}

}  // namespace
}  // namespace dragoman::gateway::pictures_test
