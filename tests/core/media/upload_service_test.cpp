#include "media/upload_service.hpp"

#include <algorithm>

#include "net/http_client.hpp"
#include "support/fixed_random.hpp"
#include "support/http_server_script.hpp"
#include "support/link_script.hpp"
#include "support/loop_test.hpp"
#include "support/xml.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::media {
namespace {

using namespace std::chrono_literals;
using test::HttpServerScript;

const std::string created = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

/// The gateway irc.example.org at a server that the test plays; HTTP is real.
struct UploadServiceTest : test::LoopTest {
  UploadServiceTest() { link.attach(output); }
  ~UploadServiceTest() override {
    uploads->stop();
    turn_until([this] { return uploads->idle(); });
  }

  void with(UploadService::Options options) {
    uploads = std::make_unique<UploadService>(loop, link, http, std::move(options));
  }
  void upload(std::string text = "tea\n") {
    File file{"message.txt", "text/plain; charset=utf-8", std::move(text)};
    uploads->upload(std::move(file), [this](Result<std::string> url) { answers.push_back(std::move(url)); });
  }
  /// The one question that was written since the last time.
  xmpp::Element asked() { return test::xml(std::exchange(output.text, {})); }
  bool asked_nothing() const { return output.text.empty(); }
  void answers_with(const xmpp::Element& question, const std::string& inside, const char* type = "result") {
    link.receive(test::xml("<iq type='" + std::string{type} + "' id='" + std::string{question.get("id")} + "' from='" +
                           std::string{question.get("to")} + "' to='irc.example.org'>" + inside + "</iq>"));
  }
  void refuses(const xmpp::Element& question, const std::string& condition, const std::string& more = {}) {
    answers_with(
        question,
        "<error type='cancel'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" + more + "</error>",
        "error");
  }
  static std::string service_info(const std::string& most) {
    return "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:http:upload:0'/><x "
           "xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:http:upload:0"
           "</value></field><field var='max-file-size'><value>" +
           most + "</value></field></x></query>";
  }
  /// upload.example.org is found by its name in the configuration.
  void is_found(const std::string& most = "1000") {
    const auto question = asked();
    EXPECT_EQ(question.get("to"), "upload.example.org");
    answers_with(question, service_info(most));
  }
  static std::string slot(const std::string& put, const std::string& get = "https://down.test/x/message.txt") {
    return "<slot xmlns='urn:xmpp:http:upload:0'><put url='" + put +
           "'><header name='Authorization'>Basic secret</header></put><get url='" + get + "'/></slot>";
  }
  void await_answers(std::size_t count) {
    turn_until([&] { return answers.size() >= count; });
  }

  test::StringOutput output;
  test::FixedRandom random;
  xmpp::Link link{*xmpp::Jid::parse("irc.example.org"), loop.timers(), random};
  net::PooledHttpClient http{loop, net::TlsOptions(), ""};
  std::unique_ptr<UploadService> uploads =
      std::make_unique<UploadService>(loop, link, http, UploadService::Options{true, "upload.example.org"});
  std::vector<Result<std::string>> answers;
};

TEST_F(UploadServiceTest, PutsAFileIntoTheSlotThatItIsGiven) {
  HttpServerScript server{created};
  upload("two cups\n");
  is_found();
  const auto question = asked();
  EXPECT_EQ(question.get("to"), "upload.example.org");
  EXPECT_EQ(question.get("from"), "irc.example.org") << "the service decides by our domain";
  const auto* request = question.child("request", xmpp::upload_ns);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->get("filename"), "message.txt");
  EXPECT_EQ(request->get("size"), "9");
  EXPECT_EQ(request->get("content-type"), "text/plain; charset=utf-8");
  answers_with(question, slot(server.url("/x/message.txt")));
  await_answers(1);
  ASSERT_TRUE(answers[0]) << answers[0].error().text;
  EXPECT_EQ(*answers[0], "https://down.test/x/message.txt");
  const std::string& sent = server.request();
  EXPECT_TRUE(sent.starts_with("PUT /x/message.txt HTTP/1.1\r\n")) << sent;
  for (const char* field : {"\r\nContent-Length: 9\r\n", "\r\nContent-Type: text/plain; charset=utf-8\r\n",
                            "\r\nAuthorization: Basic secret\r\n"}) {
    EXPECT_NE(sent.find(field), std::string::npos) << sent;
  }
  EXPECT_TRUE(sent.ends_with("\r\n\r\ntwo cups\n")) << sent;
}

TEST_F(UploadServiceTest, IsLookedForAmongTheServicesOfTheServer) {
  with({});
  upload();
  const auto items = asked();
  EXPECT_EQ(items.get("to"), "example.org");
  answers_with(items,
               "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='irc.example.org'/>"
               "<item jid='muc.example.org'/><item jid='dead.example.org'/><item jid='upload.example.org'/>"
               "<item jid='late.example.org'/><item jid='node.example.org' node='x'/></query>");
  auto info = asked();
  EXPECT_EQ(info.get("to"), "muc.example.org") << "we are no service of this kind ourselves";
  answers_with(info, "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='x'/></query>");
  info = asked();
  EXPECT_EQ(info.get("to"), "dead.example.org");
  advance(5s);  // it says nothing
  info = asked();
  EXPECT_EQ(info.get("to"), "upload.example.org");
  answers_with(info, service_info("1000"));
  EXPECT_EQ(asked().get("to"), "upload.example.org") << "the first one is asked for a slot";
}

TEST_F(UploadServiceTest, MayBeTheServerItself) {
  with({});
  upload();
  refuses(asked(), "service-unavailable");
  const auto info = asked();
  EXPECT_EQ(info.get("to"), "example.org");
  answers_with(info, service_info("1000"));
  EXPECT_NE(asked().child("request", xmpp::upload_ns), nullptr);
}

TEST_F(UploadServiceTest, IsLookedForOnceForAllThatWait) {
  upload();
  upload();
  is_found();
  const auto both = test::xml("<all>" + std::exchange(output.text, {}) + "</all>");
  EXPECT_EQ(both.children.size(), 2U);
}

TEST_F(UploadServiceTest, ThatIsNotThereIsLookedForAgainLater) {
  with({});
  EXPECT_TRUE(uploads->available()) << "nobody has looked yet";
  upload();
  answers_with(asked(), "<query xmlns='http://jabber.org/protocol/disco#items'/>");
  refuses(asked(), "service-unavailable");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().fault, Fault::not_found);
  EXPECT_FALSE(uploads->available());
  upload();
  await_answers(2);
  EXPECT_EQ(answers[1].error().fault, Fault::not_found);
  EXPECT_TRUE(asked_nothing());
  advance(5min);
  EXPECT_TRUE(uploads->available());
  upload();
  EXPECT_EQ(asked().get("to"), "example.org");
}

TEST_F(UploadServiceTest, IsNotLookedForLongerThanAMessageMayWait) {
  with({});
  upload();
  std::string items = "<query xmlns='http://jabber.org/protocol/disco#items'>";
  for (int i = 0; i < 32; ++i) items += "<item jid='dead" + std::to_string(i) + ".example.org'/>";
  answers_with(asked(), items + "</query>");
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(answers.empty());
    asked();
    advance(5s);
  }
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().fault, Fault::not_found);
}

TEST_F(UploadServiceTest, IsNotLookedForAboveADomainOfOneName) {
  xmpp::Link lone{*xmpp::Jid::parse("localhost"), loop.timers(), random};
  UploadService service{loop, lone, http, {}};
  EXPECT_FALSE(service.available());
}

TEST_F(UploadServiceTest, MayBeSwitchedOff) {
  with({false, ""});
  EXPECT_FALSE(uploads->available());
  upload();
  EXPECT_TRUE(answers.empty()) << "never from inside";
  await_answers(1);
  EXPECT_EQ(answers[0].error().fault, Fault::not_found);
  EXPECT_TRUE(asked_nothing());
}

TEST_F(UploadServiceTest, IsNotAskedForWhatItDoesNotTake) {
  upload("12345");
  is_found("4");
  await_answers(1);
  EXPECT_EQ(answers[0].error().fault, Fault::too_long);
  EXPECT_EQ(answers[0].error().text, "it has 5 bytes, and the upload service takes at most 4");
  EXPECT_TRUE(asked_nothing());
  upload("1234");
  EXPECT_NE(asked().child("request", xmpp::upload_ns), nullptr);
}

TEST_F(UploadServiceTest, RemembersTheLimitThatItWasToldWithARefusal) {
  upload("12345");
  is_found("1000");
  refuses(asked(), "not-acceptable",
          "<file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>4</max-file-size></file-too-large>");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().fault, Fault::too_long);
  upload("12345");
  await_answers(2);
  EXPECT_TRUE(asked_nothing());
}

TEST_F(UploadServiceTest, IsLeftAloneUntilItWantsToBeAskedAgain) {
  upload();
  is_found();
  const auto later = xmpp::to_datetime(clock.utc() + 1h);
  refuses(asked(), "resource-constraint", "<retry xmlns='urn:xmpp:http:upload:0' stamp='" + later + "'/>");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().fault, Fault::limited);
  upload();
  await_answers(2);
  EXPECT_EQ(answers[1].error().text, "the upload service takes nothing before " + later);
  EXPECT_TRUE(asked_nothing());
  advance(1h);
  upload();
  EXPECT_NE(asked().child("request", xmpp::upload_ns), nullptr);
}

TEST_F(UploadServiceTest, ThatForbidsItIsSaidSo) {
  upload();
  is_found();
  refuses(asked(), "forbidden");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().fault, Fault::forbidden);
}

TEST_F(UploadServiceTest, ThatIsGoneIsLookedForAnew) {
  upload();
  is_found();
  refuses(asked(), "service-unavailable");
  ASSERT_EQ(answers.size(), 1U);
  upload();
  EXPECT_EQ(asked().child("request", xmpp::upload_ns), nullptr) << "it is asked what it is first";
}

TEST_F(UploadServiceTest, SaysWhatTheWebServerSaid) {
  for (const auto& [status, fault] : {std::pair{"413 Content Too Large", Fault::too_long},
                                      {"403 Forbidden", Fault::unavailable},
                                      {"302 Found", Fault::unavailable}}) {
    HttpServerScript server{std::string{"HTTP/1.1 "} + status + "\r\nContent-Length: 0\r\n\r\n"};
    answers.clear();
    upload();
    if (asked_nothing()) FAIL();
    auto question = asked();
    if (question.child("request", xmpp::upload_ns) == nullptr) {
      answers_with(question, service_info("1000"));
      question = asked();
    }
    answers_with(question, slot(server.url("/secret-path")));
    await_answers(1);
    EXPECT_EQ(answers[0].error().fault, fault);
    EXPECT_EQ(answers[0].error().text, "127.0.0.1 does not take it (HTTP " + std::string{status}.substr(0, 3) + ')');
  }
}

TEST_F(UploadServiceTest, DoesNotSendTheFileWhereOthersCouldReadIt) {
  for (const auto& [put, get, fault] : {std::tuple{"http://up.test/x", "https://down.test/x", Fault::unacceptable},
                                        {"http://127.0.0.1@up.test/x", "https://down.test/x", Fault::malformed},
                                        {"ftp://127.0.0.1/x", "https://down.test/x", Fault::malformed},
                                        {"https://127.0.0.1/x", "javascript:alert(1)", Fault::malformed}}) {
    answers.clear();
    upload();
    auto question = asked();
    if (question.child("request", xmpp::upload_ns) == nullptr) {
      answers_with(question, service_info("1000"));
      question = asked();
    }
    answers_with(question, slot(put, get));
    ASSERT_EQ(answers.size(), 1U) << put;
    EXPECT_EQ(answers[0].error().fault, fault) << put << ": " << answers[0].error().text;
  }
}

TEST_F(UploadServiceTest, EndsWithTheConnectionToTheServer) {
  upload();
  asked();
  link.detach();
  await_answers(1);
  EXPECT_EQ(answers[0].error().fault, Fault::closed);
  EXPECT_TRUE(uploads->available()) << "nobody has looked: it was not there to be asked";
  link.attach(output);
  upload();
  is_found();
  link.detach();
  EXPECT_EQ(answers.size(), 2U);
}

TEST_F(UploadServiceTest, TellsNobodyAnythingWhenItHasStopped) {
  test::Listener listener;
  upload();
  is_found();
  answers_with(asked(), slot("http://127.0.0.1:" + std::to_string(listener.port()) + "/"));
  settle();
  const test::Socket server = listener.accept();
  settle();
  EXPECT_FALSE(uploads->idle());
  uploads->stop();
  turn_until([this] { return uploads->idle(); });
  EXPECT_TRUE(answers.empty());
}

TEST_F(UploadServiceTest, TellsNobodyThatTheServerWentWhenItHasStopped) {
  upload();
  is_found();
  uploads->stop();
  link.detach();
  EXPECT_TRUE(answers.empty());
}

}  // namespace
}  // namespace dragoman::media
