#include "xmpp/upload.hpp"

#include <gtest/gtest.h>

#include "support/xml.hpp"

namespace dragoman::xmpp {
namespace {

TEST(UploadService, SaysHowLongAFileMayBe) {
  const auto info = read_disco_info(
      test::xml("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='store' type='file'/>"
                "<feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data' type='result'>"
                "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:http:upload:0</value></field>"
                "<field var='max-file-size'><value>5242880</value></field></x></query>"));
  const auto service = read_upload_service(info);
  ASSERT_TRUE(service);
  EXPECT_EQ(service->most_bytes, 5242880U);
}

TEST(UploadService, NeedNotSaySo) {
  DiscoInfo info;
  info.features = {"urn:xmpp:http:upload:0"};
  EXPECT_EQ(read_upload_service(info)->most_bytes, 0U);
  info.features = {"urn:xmpp:http:upload"};
  EXPECT_FALSE(read_upload_service(info)) << "the first version, which nobody asks for slots any more";
}

TEST(UploadRequest, NamesTheFile) {
  EXPECT_EQ(make_upload_request("upload.test", {"très cool.txt", "text/plain", 2048}),
            test::xml("<iq xmlns='jabber:component:accept' type='get' to='upload.test'><request "
                      "xmlns='urn:xmpp:http:upload:0' filename='très cool.txt' size='2048' "
                      "content-type='text/plain'/></iq>"));
}

Result<UploadSlot> read_slot(const std::string& inside) {
  return read_upload_slot(
      test::xml("<iq xmlns='jabber:component:accept' type='result'><slot "
                "xmlns='urn:xmpp:http:upload:0'>" +
                inside + "</slot></iq>"));
}

// XEP-0363 example 7 and section 5: no other field may be asked for, and no line break may make one.
TEST(UploadSlot, HasOnlyTheFieldsThatAreAllowed) {
  const auto slot = read_slot(
      "<put url='https://up.test/x'><header name='Authorization'>Basic Zm9v\nOg==</header>"
      "<header name='cookie'>a=b&#13;&#10;Host: evil.test</header><header name='Host'>evil.test</header>"
      "<header name='Expires'>never</header><header>x</header></put><get url='https://down.test/x'/>");
  ASSERT_TRUE(slot) << slot.error().text;
  EXPECT_EQ(slot->put, "https://up.test/x");
  EXPECT_EQ(slot->get, "https://down.test/x");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"Authorization", "Basic Zm9vOg=="}, {"cookie", "a=bHost: evil.test"}, {"Expires", "never"}};
  EXPECT_EQ(slot->fields, expected);
}

TEST(UploadSlot, WithoutAnAddressIsNone) {
  for (const char* inside : {"", "<put url='https://up.test/x'/>", "<get url='https://up.test/x'/>",
                             "<put/><get url='https://up.test/x'/>", "<put url='https://up.test/x'/><get/>"}) {
    const auto slot = read_slot(inside);
    ASSERT_FALSE(slot) << inside;
    EXPECT_EQ(slot.error().fault, Fault::malformed);
  }
  EXPECT_FALSE(read_upload_slot(test::xml("<iq xmlns='jabber:component:accept' type='result'/>")));
}

UploadRefusal read_refused(const std::string& error) {
  return read_upload_refusal(test::xml("<iq xmlns='jabber:component:accept' type='error'>" + error + "</iq>"));
}

TEST(UploadRefusal, SaysHowLongAFileMayBe) {
  const auto refusal = read_refused(
      "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>File too large.</text><file-too-large "
      "xmlns='urn:xmpp:http:upload:0'><max-file-size>20000</max-file-size></file-too-large></error>");
  EXPECT_EQ(refusal.error.fault, Fault::too_long);
  EXPECT_EQ(refusal.error.text, "File too large.");
  EXPECT_EQ(refusal.most_bytes, 20000U);
}

TEST(UploadRefusal, SaysWhenToTryAgain) {
  const auto refusal = read_refused(
      "<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "<retry xmlns='urn:xmpp:http:upload:0' stamp='2017-12-03T23:42:05Z'/></error>");
  EXPECT_EQ(refusal.error.fault, Fault::limited);
  ASSERT_TRUE(refusal.retry_at);
  EXPECT_EQ(refusal.retry_at->time_since_epoch().count(), 1512344525000);
}

TEST(UploadRefusal, MaySayNothingElse) {
  const auto refusal =
      read_refused("<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
  EXPECT_EQ(refusal.error.fault, Fault::forbidden);
  EXPECT_EQ(refusal.most_bytes, 0U);
  EXPECT_FALSE(refusal.retry_at);
}

}  // namespace
}  // namespace dragoman::xmpp
