drop table if exists mcp_tasks;
