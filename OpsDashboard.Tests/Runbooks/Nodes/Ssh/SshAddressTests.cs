using OpsDashboard.Runbooks.Nodes.Ssh;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes.Ssh;

public sealed class SshAddressTests
{
    [Theory]
    [InlineData("db-1.example.com", true)]
    [InlineData("10.0.0.4", true)]
    [InlineData("::1", true)]
    [InlineData("fd00::7", true)]
    [InlineData("-oProxyCommand=id", false)]
    [InlineData("a b", false)]
    [InlineData("host\n", false)]
    [InlineData("user@host", false)]
    [InlineData("", false)]
    public void Host_IsNothingThatAProgramTakesForMore(string text, bool isHost) => Assert.Equal(isHost, SshAddress.IsHost(text));

    [Theory]
    [InlineData("ops", true)]
    [InlineData("_svc.deploy-1", true)]
    [InlineData("-l", false)]
    [InlineData("a b", false)]
    [InlineData("ops\n", false)]
    public void User_IsNothingThatAProgramTakesForMore(string text, bool isUser) => Assert.Equal(isUser, SshAddress.IsUser(text));

    [Theory]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", null)]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", "the key is none of type ssh-rsa")]
    [InlineData("ssh-ed25519 not/base64!", "the key is not base64")]
    [InlineData("ssh-ed25519 AAAA", "the key is none of type ssh-ed25519")]
    [InlineData("SHA256:abc", "it must be a type (ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa), a space and the key")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n* ssh-rsa AAAA", "it must be a type (ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa), a space and the key")]
    public void HostKey_IsReadStrictly(string text, string? problem) => Assert.Equal(problem, SshAddress.RejectHostKey(text));
}
