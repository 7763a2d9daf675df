SELECT {columns} FROM quality_filtered WHERE rounds IS NOT NULL
