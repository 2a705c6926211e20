drop table if exists holdfast.mcp_tasks;
