using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpsDashboard.Access;

/// <summary>Random secrets of 256 bits: shown once, kept as SHA-256.</summary>
static class Secret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
