#include "backends/matrix/address.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixed_random.hpp"
#include "xmpp/jid.hpp"

// Identifiers of Matrix and the JIDs that stand for them.

namespace dragoman::backends::matrix::address_test {
namespace {

using namespace std::string_literals;

std::string show(const Result<Address>& address) {
  if (!address) return "no: " + address.error().text;
  static constexpr const char* kinds[] = {"user ", "room ", "alias "};
  std::string out = kinds[static_cast<std::size_t>(address->kind)] + address->id;
  for (const std::string& server : address->via) out += " via " + server;
  return out;
}
std::string read(std::string_view text) { return show(parse_address(text)); }
std::string typed(std::string_view text) { return show(parse_typed_address(text)); }

TEST(MatrixAddress, IsWrittenAsPeopleWouldGuess) {
  EXPECT_EQ(to_localpart("@alice:hs.tld"), "alice%hs.tld");
  EXPECT_EQ(to_localpart("#room:hs"), "#room%hs");
  EXPECT_EQ(to_localpart("!AbC:hs"), "!^ab^c%hs");
  EXPECT_EQ(to_localpart("!EVP-iU9"), "!^e^v^p-i^u9") << "version 12: no server";
  EXPECT_EQ(to_localpart("@a.b_c=d-e/f+g:hs:8448"), "a.b_c=d-e/f+g%hs:8448");
  EXPECT_EQ(to_localpart("#tea:[2001:db8::1]:8448"), "#tea%[2001:db8::1]:8448");
}

TEST(MatrixAddress, EscapesWhatXmppWouldRefuseOrChange) {
  EXPECT_EQ(to_localpart("#CAFÉ:hs"), "#^c^a^f^0c3^089%hs");
  EXPECT_EQ(to_localpart("#straße:hs"), "#stra^0c3^09fe%hs");
  EXPECT_EQ(to_localpart("#50%off:hs"), "#50^025off%hs");
  EXPECT_EQ(to_localpart("#a^b:hs"), "#a^^b%hs");
  EXPECT_EQ(to_localpart("#a b:hs"), "#a b%hs") << "XEP-0106 escapes it";
  EXPECT_EQ(to_localpart("@ x:hs"), "^020x%hs") << "but not at the ends";
  EXPECT_EQ(to_localpart("#x: "), "#x%^020");
  EXPECT_EQ(to_localpart("#\x01:hs"), "#^001%hs");
  EXPECT_EQ(to_localpart("@#tea:hs"), "^023tea%hs") << "a user that looks like a room";
  EXPECT_EQ(to_localpart("@:hs"), "%hs");
}

TEST(MatrixAddress, SurvivesTheWayThereAndBackForAnyBytes) {
  test::FixedRandom random{255};
  for (int i = 0; i < 30'000; ++i) {
    std::string id(1, "@!#"[random.below(3)]);
    for (std::uint64_t left = random.below(i % 50 == 0 ? 255 : 12); left > 0; --left) {
      switch (random.below(4)) {
        case 0:
          id += static_cast<char>(random.below(256));
          break;
        case 1:
          id += "^%0:\\ @#!'\""[random.below(11)];
          break;
        case 2:
          id += "205c3AxZ"[random.below(8)];
          break;
        default:
          text::append_utf8(id, static_cast<char32_t>(0x80 + random.below(0x3000)));
      }
    }
    id.resize(std::min<std::size_t>(id.size(), 255));
    const std::string localpart = to_localpart(id);
    ASSERT_EQ(from_localpart(localpart).value(), id) << localpart;
    for (const char c : localpart) ASSERT_TRUE(c >= ' ' && c < 0x7f && (c < 'A' || c > 'Z')) << localpart;
    if (localpart.empty()) continue;
    // Nodeprep leaves it alone, so that an address that comes back is the one that went out.
    const auto jid = xmpp::Jid::make(xmpp::escape_local(localpart), "gw.test", {});
    ASSERT_TRUE(jid) << localpart << ": " << jid.error().text;
    ASSERT_EQ(xmpp::unescape_local(xmpp::Jid::parse(jid->str())->local()), localpart);
  }
}

TEST(MatrixAddress, ReadsBackWhatItHasWritten) {
  for (const std::string id : {"@alice:hs.tld", "@Alice:hs.tld:8448", "!AbC:hs.tld", "!43xYz-_09", "#Tea room:hs.tld",
                               "#50%off:hs.tld", "#a:[::1]:8448", "@#tea:hs.tld", "!with:port:8448"}) {
    const auto address = parse_address(to_localpart(id));
    ASSERT_TRUE(address) << id << ": " << address.error().text;
    EXPECT_EQ(address->id, id);
  }
}

TEST(MatrixAddress, IsReadHoweverOthersWriteIt) {
  EXPECT_EQ(read("alice%hs.tld"), "user @alice:hs.tld");
  EXPECT_EQ(read("@alice:hs.tld"), "user @alice:hs.tld");
  EXPECT_EQ(read("@alice%hs.tld"), "user @alice:hs.tld");
  EXPECT_EQ(read(" #tea:hs.tld "), "alias #tea:hs.tld");
  EXPECT_EQ(read("#tea#hs.tld"), "alias #tea:hs.tld");
  EXPECT_EQ(read("#tea%hs.tld:8448"), "alias #tea:hs.tld:8448");
  EXPECT_EQ(read("#50%off:hs.tld"), "alias #50%off:hs.tld") << "not a localpart: “off:hs.tld” is no server";
  EXPECT_EQ(read("!^ab^c%hs"), "room !AbC:hs");
  EXPECT_EQ(read("!AbC:hs"), "room !AbC:hs");
}

TEST(MatrixAddress, SaysWhatIsWrong) {
  EXPECT_EQ(read(""), "no: the address is empty");
  EXPECT_EQ(read("alice"), "no: the server is missing: a user of Matrix is @name:server");
  EXPECT_EQ(read("#tea"), "no: the server is missing: a room of Matrix is #name:server");
  EXPECT_EQ(read("#%hs.tld"), "no: the name of the room is missing after the #");
  EXPECT_EQ(typed("@!%o"), "no: the name of the user is missing after the @");
  EXPECT_EQ(read("!"), "no: the id of the room is missing after the !");
  EXPECT_EQ(read("alice%hs tld"), "no: “hs tld” is not the name of a server");
  EXPECT_EQ(read("@alice:hs:port"), "no: “hs:port” is not the name of a server");
  EXPECT_EQ(read("a^?%hs"), "no: behind ^ stands a letter, another ^, or 0 and two hexadecimal digits");
  EXPECT_EQ(read("@" + std::string(250, 'a') + ":hs.tld"), "no: no address of Matrix has more than 255 bytes");
  EXPECT_EQ(read("!a^000"), "no: an address of Matrix has no NUL in it");
}

TEST(MatrixAddress, IsTakenFromLinks) {
  EXPECT_EQ(typed("matrix:u/alice:hs.tld?action=chat"), "user @alice:hs.tld");
  EXPECT_EQ(typed("matrix:r/tea:hs.tld"), "alias #tea:hs.tld");
  EXPECT_EQ(typed("MATRIX:roomid/AbC:hs.tld/e/event?via=one.tld&via=two.tld:8448&action=join"),
            "room !AbC:hs.tld via one.tld via two.tld:8448");
  EXPECT_EQ(typed("matrix://auth.tld/roomid/AbC"), "room !AbC");
  EXPECT_EQ(typed("matrix:room/caf%C3%A9:hs.tld"), "alias #café:hs.tld");
  EXPECT_EQ(typed("https://matrix.to/#/%23tea%3Ahs.tld"), "alias #tea:hs.tld");
  EXPECT_EQ(typed("https://matrix.to/#/#tea:hs.tld"), "alias #tea:hs.tld") << "older clients encode nothing";
  EXPECT_EQ(typed("https://matrix.to/#/@alice:HS.tld"), "user @alice:hs.tld");
  EXPECT_EQ(typed("https://matrix.to/#/!AbC:hs.tld/$event:hs.tld?via=one.tld"), "room !AbC:hs.tld via one.tld");
  EXPECT_EQ(typed("https://matrix.to/#/!AbC%3Ahs.tld/%24event?via=%5B%3A%3A1%5D"), "room !AbC:hs.tld via [::1]");
  EXPECT_EQ(typed("matrix:roomid/a:hs?via=not%20one"), "room !a:hs") << "what is no server is no way to it";
  EXPECT_EQ(typed("https://matrix.to/#/+group:hs"), "no: the link names neither a user nor a room of Matrix");
  EXPECT_EQ(typed("matrix:x/a:hs"), "no: a link to Matrix begins with matrix:u/, matrix:r/ or matrix:roomid/");
  EXPECT_EQ(typed("matrix:"), "no: the link has no name behind the kind of what it names");
  EXPECT_EQ(typed("matrix://"), "no: the link has no name behind the kind of what it names");
}

TEST(MatrixAddress, IsTakenAsPeopleTypeIt) {
  EXPECT_EQ(typed("alice:hs.tld"), "user @alice:hs.tld");
  EXPECT_EQ(typed("@alice:HS.tld"), "user @alice:hs.tld");
  EXPECT_EQ(typed("#Tea:HS.tld"), "alias #Tea:hs.tld");
  EXPECT_EQ(typed("!AbC:HS.tld"), "room !AbC:HS.tld") << "ids of rooms are opaque";
  EXPECT_EQ(typed("alice%hs.tld"), "user @alice:hs.tld");
}

TEST(MatrixAddress, MakesLinksThatEverybodyOpens) {
  EXPECT_EQ(to_link("@alice:hs.tld"), "https://matrix.to/#/%40alice%3Ahs.tld");
  EXPECT_EQ(typed(to_link("#50%off café:hs.tld")), "alias #50%off café:hs.tld");
  EXPECT_TRUE(is_matrix_link("https://matrix.to/#/x"));
  EXPECT_FALSE(is_matrix_link("https://matrix.to.evil.tld/#/x"));
}

TEST(MatrixAddress, DecodesAnything) {
  test::FixedRandom random{7};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint64_t left = random.below(10); left > 0; --left) text += "^%0:ab#!@/?= \xff"[random.below(14)];
    if (const auto address = parse_typed_address(text)) {
      EXPECT_EQ(from_localpart(to_localpart(address->id)).value(), address->id);
    }
    parse_typed_address("matrix:" + text);
    parse_typed_address("https://matrix.to/#/" + text);
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::address_test
