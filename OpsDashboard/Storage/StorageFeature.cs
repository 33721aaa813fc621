using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace OpsDashboard.Storage;

public static class StorageFeature
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => StorageOptions.Read(builder.Configuration, builder.Environment.ContentRootPath));
        builder.Services.AddSingleton<OpsContextFactory>();
        builder.Services.AddSingleton<IDbContextFactory<OpsContext>>(services => services.GetRequiredService<OpsContextFactory>());
        builder.Services.AddSingleton<Schema>();
        builder.Services.AddHostedService<SchemaHost>();
        builder.Services.AddDataProtection().SetApplicationName("OpsDashboard");
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyPlace>();
        return builder;
    }

    public static WebApplication MapStorage(this WebApplication app)
    {
        return app;
    }

    /// <summary>Keys outlive the process, so that sign-in survives restarts.</summary>
    sealed class KeyPlace(OpsContextFactory contexts, ILoggerFactory loggers) : IConfigureOptions<KeyManagementOptions>
    {
        public void Configure(KeyManagementOptions options)
        {
            var folder = Path.Combine(contexts.Options.DataDirectory, "keys");
            options.XmlRepository = contexts.Options.Provider == StorageProvider.Postgres
                ? new DataProtectionKeys(contexts)
                : new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(PrivateFolder(folder), loggers);
        }

        static DirectoryInfo PrivateFolder(string path) => OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
