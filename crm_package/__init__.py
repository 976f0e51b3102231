"""The CRM: a package of data (record types, pipelines, roles, decisions, forms) and the handlers that its processes call."""
