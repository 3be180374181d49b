import networkx as nx

from graph import artist_graph, open_store

with open_store(".genregraph/store") as store:
    artists = artist_graph(store)  # other classes: recipe="a recipe's name"
rank = nx.pagerank(artists, weight="weight", tol=1e-10)
for artist in sorted(rank, key=rank.get, reverse=True)[:10]:
    print(artists.nodes[artist]["label"], artists.nodes[artist]["class"])
