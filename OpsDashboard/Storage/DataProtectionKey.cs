using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Storage;

/// <summary>A key that signs cookies, where several replicas share one PostgreSQL. With SQLite the keys are files in the data directory.</summary>
sealed class DataProtectionKey
{
    public required string Name { get; set; }
    public required string Xml { get; set; }

    sealed class Table : IEntityTypeConfiguration<DataProtectionKey>
    {
        public void Configure(EntityTypeBuilder<DataProtectionKey> builder) => builder.HasKey(key => key.Name);
    }
}

/// <summary>Data protection asks synchronously, at start and once in months.</summary>
sealed class DataProtectionKeys(OpsContextFactory contexts) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var context = contexts.CreateDbContext();
        return [.. context.Set<DataProtectionKey>().AsNoTracking().Select(key => key.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var context = contexts.CreateDbContext();
        var xml = element.ToString(SaveOptions.DisableFormatting);
        context.Database.ExecuteSql($"INSERT INTO ops.data_protection_key (name, xml) VALUES ({friendlyName}, {xml}) ON CONFLICT (name) DO NOTHING");
    }
}
