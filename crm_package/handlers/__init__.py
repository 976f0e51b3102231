"""Job handlers of the CRM, one module per part of the way from the request to the deal. All are local."""
