/** What `samples.xz` and `samples.bzip2` unpack to, made by xz 5.4 and bzip2 1.0.8. */
export const SAMPLE_TEXT = "a program, and what it is made of\n";

/** Files as their own tools write them. */
export const samples = {
  xz: "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAhYSBwcm9ncmFtLCBhbmQgd2hhdCBpdCBpcyBtYWRlIG9mCgAAALWbFeIFg0IFAAE6IrYqT9AftvN9AQAAAAAEWVo=",
  bzip2: "QlpoOTFBWSZTWbhWHgEAAATRgAAQQAQn49yAIAAxTTIxMTEInqNMQ0YiYkpZWdhO38qwVIRgBRFUWT+LuSKcKEhcKw8AgA==",
  /** Two million zeros in 412 bytes. */
  xzBomb:
    "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM/oR/AWBdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgEQQJeAAAACXppX4WPGKIAAfwCgIl6AJdZqA2xxGf7AgAAAAAEWVo=",
  /** Forty million zeros in 48 bytes. */
  bzip2Bomb: "QlpoOTFBWSZTWdjs3f4BMl9ACMAAABAACCAAMMwJqmmgSlFbUBKUV4u5IpwoSGx2bv8A",
  /** What xz writes with `-C sha256`, `--x86` and `--lzma2=dict=256MiB`. */
  xzSha256: "/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQACYWJjAAC6eBa/jwHP6kFBQN5driIjsANho5YXepy0EP9h8gAVrQABMwOhgeRNGJtLmgEAAAAAClla",
  xzFiltered: "/Td6WFoAAATm1rRGAgEEACEBFgANhjUfAQACYWJjAAAndicaSgnYLAABGwMLL7kQH7bzfQEAAAAABFla",
  xzWide: "/Td6WFoAAATm1rRGAgAhASAAAAAJiKV2AQACYWJjAAAndicaSgnYLAABGwMLL7kQH7bzfQEAAAAABFla",
} as const;
