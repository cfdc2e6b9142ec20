#include <zlib.h>

#include <gtest/gtest.h>

#include "backends/webhook/inflate.hpp"
#include "backends/webhook/multipart.hpp"
#include "backends/webhook/url_form.hpp"

// Compressed bodies, forms and multipart forms.
namespace dragoman::backends::webhook::body_test {
namespace {

std::string packed(std::string_view text, bool gzip) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, gzip ? 15 + 16 : 15, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
Fault fault_of(std::string_view encoding, std::string_view body, const InflateLimits& limits = {}) {
  const auto out = inflate_body(encoding, body, limits);
  EXPECT_FALSE(out);
  return out ? Fault::internal : out.error().fault;
}

TEST(WebhookInflate, ReadsWhatHttpCompresses) {
  const std::string text = R"({"text":"hello"})";
  EXPECT_EQ(*inflate_body("gzip", packed(text, true)), text);
  EXPECT_EQ(*inflate_body("X-GZIP", packed(text, true)), text);
  EXPECT_EQ(*inflate_body("deflate", packed(text, false)), text);
  EXPECT_EQ(*inflate_body("identity", text), text);
  EXPECT_EQ(*inflate_body("", text), text);
}

TEST(WebhookInflate, RefusesBombsAndLies) {
  const std::string bomb = packed(std::string(10'000'000, '\0'), true);
  EXPECT_EQ(fault_of("gzip", bomb), Fault::too_long);
  EXPECT_EQ(fault_of("gzip", packed(std::string(500'000, 'x'), true)), Fault::too_long) << "a ratio over 20";
  const std::string fine = packed("hello", true);
  EXPECT_EQ(fault_of("gzip", fine.substr(0, fine.size() - 9)), Fault::malformed);
  EXPECT_EQ(fault_of("gzip", fine + "x"), Fault::malformed);
  EXPECT_EQ(fault_of("gzip", "hello"), Fault::malformed);
  EXPECT_EQ(fault_of("gzip", ""), Fault::malformed);
  EXPECT_EQ(fault_of("br", "hello"), Fault::unsupported);
  EXPECT_EQ(fault_of("gzip, gzip", fine), Fault::unsupported);
}

TEST(WebhookUrlForm, ReadsFields) {
  const auto fields = read_url_form("a=1&b=x+y%21&&c&d=%zz%4&a=2");
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (Fields{{"a", "1"}, {"b", "x y!"}, {"c", ""}, {"d", "%zz%4"}, {"a", "2"}}));
  EXPECT_EQ(field_of(*fields, "a"), "2");
  EXPECT_EQ(field_of(*fields, "e"), "");
}

std::string multipart(std::string_view inside) { return std::string{inside} + "--B--\r\n"; }

TEST(WebhookMultipart, ReadsFieldsAndFiles) {
  const auto form = read_multipart(
      multipart("preamble\r\n--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n2\r\n"
                "--B  \r\ncontent-disposition: FORM-DATA; name=\"f\"; filename=\"../../etc/pass\\\"wd\"\r\n"
                "Content-Type: Text/Plain; charset=x\r\n\r\n\r\n--Bx\r\n\r\n"),
      "B");
  ASSERT_TRUE(form) << form.error().text;
  EXPECT_EQ(form->fields, (Fields{{"a", "1\r\n2"}}));
  ASSERT_EQ(form->files.size(), 1);
  EXPECT_EQ(form->files[0].field, "f");
  EXPECT_EQ(form->files[0].file, (File{"pass_wd", "text/plain", "\r\n--Bx\r\n"}));
}

TEST(WebhookMultipart, RefusesWhatIsNone) {
  for (const char* const body :
       {"", "--B", "--B\r\n", "--B\r\n\r\nx", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
        "--B\r\nX: y\r\n\r\nx\r\n--B--", "--Bx\r\n\r\n--B--", "x"}) {
    const auto form = read_multipart(body, "B");
    ASSERT_FALSE(form) << body;
    EXPECT_EQ(form.error().fault, Fault::malformed) << body;
  }
  std::string files, fields;
  for (int i = 0; i < 11; ++i) files += "--B\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nx\r\n";
  EXPECT_EQ(read_multipart(multipart(files), "B").error().fault, Fault::too_long);
  for (int i = 0; i < 101; ++i) fields += "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
  EXPECT_EQ(read_multipart(multipart(fields), "B").error().fault, Fault::too_long);
}

TEST(WebhookMultipart, KnowsItsBoundary) {
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(boundary_of("multipart/form-data; charset=utf-8; Boundary=\"a b:c\"; x=y"), "a b:c");
  EXPECT_EQ(boundary_of("multipart/form-data"), "");
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=" + std::string(71, 'a')), "");
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=\"a;b\""), "");
}

TEST(WebhookFileName, IsOneAndShort) {
  EXPECT_EQ(file_name_of("C:\\a\\b.txt"), "b.txt");
  EXPECT_EQ(file_name_of("a/.."), "file");
  EXPECT_EQ(file_name_of(""), "file");
  EXPECT_EQ(file_name_of("a\u202etxt.exe"), "atxt.exe");
  EXPECT_EQ(file_name_of(std::string(300, 'x') + ".tar.gz").size(), 128);
  EXPECT_TRUE(file_name_of(std::string(300, 'x') + ".tar.gz").ends_with("x.gz"));
  EXPECT_LE(file_name_of(std::string(100, '\xff') + ".gz").size(), 128U) << "each byte that is no text becomes three";
}

}  // namespace
}  // namespace dragoman::backends::webhook::body_test
